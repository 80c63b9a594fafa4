"""Rules of fields: one rule (``suite.value_rules``) for each field of the three kinds of spec."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Set
from functools import partial
from typing import Any

from benchmarks.core.refusal import wrong
from benchmarks.suite.capabilities import Capability, Effect
from benchmarks.suite.constants import Constants
from benchmarks.suite.part_options import declarations
from benchmarks.suite.targets import accepts, target
from benchmarks.suite.value_rules import (
    FieldRule,
    flag,
    function,
    mapping,
    member,
    members,
    name,
    one_of,
    optional,
    positive,
    text,
    tuple_of,
    whole,
)


def metric(value: Any) -> str:
    """Return the name of a metric: any text, but none that Tune takes for itself."""
    from results.store.schema import NO_METRICS

    if not isinstance(value, str) or not value.strip():
        raise wrong(value, "the name under which the trainable reports it")
    if any(unicodedata.category(c).startswith("C") for c in value):
        raise wrong(value, "a name without control characters and lone surrogates")
    if value in NO_METRICS:
        raise wrong(
            value, "another name, since Tune writes its own value there in every result", f"'my_{value}'"
        )
    if value == "config" or value.startswith("config/"):
        raise wrong(value, "another name, since Tune keeps the configuration there", f"{value[7:]!r}")
    return str(value)


def space(value: Any) -> Any:
    """Return the function that makes the search space; a dict is one that is always the same."""
    if isinstance(value, Mapping):
        return partial(dict, value)
    if not callable(value):
        raise wrong(value, "a dict of ray.tune's domains and constants, or a function that returns one")
    return function(value)


def constants(value: Any) -> Any:
    """Return a task's constants, the function (of none, or of the epochs) that gives them, or None."""
    if value is None:
        return None
    if isinstance(value, Constants):
        if reason := value.why_unusable():
            raise ValueError(reason.removeprefix("constants: "))
        return value
    if not callable(value):
        raise wrong(
            value, "Constants, or a function that returns them", "Constants(optimum=..., baseline=...)"
        )
    return value if accepts(value, 1) else function(value)


def _texts(value: Any) -> tuple[Any, ...]:
    return tuple_of(value, text)


def rules() -> Mapping[str, FieldRule]:
    """Return the rule of each field of the three kinds of spec."""
    return _common_rules() | _searcher_rules() | _scheduler_rules() | _part_rules() | _trainable_rules()


def _common_rules() -> dict[str, FieldRule]:
    """Return the rules of the fields of all three kinds of spec."""
    return {
        "name": name,
        "summary": text,
        "requires": partial(tuple_of, rule=name),
        "provides": partial(members, kind=Capability),
        "wants": partial(mapping, key=partial(member, kind=Capability)),
        "install": text,
        "plain": _texts,
        "repairs": _texts,
        "limits": partial(mapping, key=name),
        "hidden": flag,
        "origin": text,
    }


def _searcher_rules() -> dict[str, FieldRule]:
    """Return the rules of the fields of searchers alone."""
    return {
        "any_domain": flag,
        "learns": flag,
        "base": flag,
        "nested_in": lambda value: name(value) if value else text(value),
        "by_rung": flag,
        "budget": partial(whole, least=1, most=1000),
        "seedable": flag,
        "seconds_of_300": positive,
        "native": partial(optional, rule=lambda value: function(value, "setup")),
        "settings": _texts,
        "native_kinds": _kinds,
    }


def _scheduler_rules() -> dict[str, FieldRule]:
    """Return the rules of the fields of schedulers alone."""
    return {
        "look_ahead": partial(one_of, choices=("workers", "trials")),
        "reuse_actors": flag,
        "replays": partial(optional, rule=name),
        "does": partial(members, kind=Effect),
    }


def _part_rules() -> dict[str, FieldRule]:
    """Return the rules of the fields of searchers and schedulers."""
    return {
        "build": lambda value: function(value, "setup"),
        "fixed_trials": flag,
        "options": declarations,
        "set_options": dict,
    }


def _trainable_rules() -> dict[str, FieldRule]:
    """Return the rules of the fields of trainables alone."""
    return {
        "target": target,
        "space": space,
        "load": lambda value: function(value, "data", "train_size", "data_dir"),
        "metric": metric,
        "mode": partial(one_of, choices=("min", "max")),
        "curves": partial(optional, rule=lambda value: function(value, "place")),
        "test_metric": partial(optional, rule=metric),
        "mutable": partial(tuple_of, rule=_parameter),
        "cheap": _values,
        "datasets": partial(tuple_of, rule=name, least=1),
        "seeds_of": lambda value: name(value) if value else text(value),
        "most_epochs": partial(optional, rule=partial(whole, least=1, most=10**6)),
        "constants": constants,
        "examples_val": partial(optional, rule=partial(whole, least=1, most=10**9)),
        "source": text,
        "chance": flag,
        "sized": flag,
        "seeded": flag,
        "checkpoints": flag,
        "margin": positive,
    }


def _kinds(value: Any) -> frozenset[str]:
    from benchmarks.spaces.domains import KINDS

    if isinstance(value, str) or not isinstance(value, Set) or not value <= KINDS:
        raise wrong(value, f"a set of {', '.join(sorted(KINDS))}", 'frozenset({"uniform"})')
    return frozenset(value)


def _values(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong(value, "a dict of hyperparameters and values", '{"width": 8}')
    return {_parameter(name): item for name, item in value.items()}


def _parameter(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise wrong(value, "the name of a hyperparameter")
    return value
