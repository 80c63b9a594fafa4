"""What each field of a spec may hold: one rule a field, which returns the value as the spec keeps it.

A rule raises ValueError with the end of the line: what the value is, what was expected, what to write.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import partial
from numbers import Integral, Real
from typing import Any

from benchmarks.core.refusal import nearest, shown, wrong
from benchmarks.suite.capabilities import Capability, Effect
from benchmarks.suite.constants import Constants
from benchmarks.suite.targets import accepts, target

Rule = Callable[[Any], Any]

MOST_NAME = 100  # bytes: names of three parts stand in the name of one file
PUNCTUATION = "-_.+:"  # what a name may hold besides letters and digits, so that it is its own glob


def text(value: Any) -> str:
    """Return a text of one line; blanks and line breaks become single blanks."""
    if not isinstance(value, str):
        raise wrong(value, "text")
    if any(unicodedata.category(c).startswith("C") and not c.isspace() for c in value):
        raise wrong(value, "text without control characters and lone surrogates")
    return " ".join(value.split())


def name(value: Any) -> str:
    """Return a name that works on a command line, as a glob of itself, and in a file's name."""
    expected = f"a name of letters, digits and {' '.join(PUNCTUATION)}, not beginning with - or ."
    if not isinstance(value, str):
        raise wrong(value, expected)
    plain = all(c in PUNCTUATION or unicodedata.category(c)[0] in "LMN" for c in value)
    if not value or not plain or value[0] in "-.":
        usable = "".join(c if c in PUNCTUATION or c.isalnum() else "-" for c in value).strip("-.")
        raise wrong(value, expected, repr(usable) if usable else "")
    if len(value.encode()) > MOST_NAME:
        raise wrong(value, f"at most {MOST_NAME} bytes")
    return str(value)


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


def flag(value: Any) -> bool:
    """Return True or False, and nothing that merely counts as one."""
    if not isinstance(value, bool):
        raise wrong(value, "True or False")
    return value


def whole(value: Any, least: int, most: int) -> int:
    """Return a whole number in a range."""
    whole_one = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole_one or not least <= int(value) <= most:
        raise wrong(value, f"a whole number from {least} to {most}")
    return int(value)


def positive(value: Any) -> float:
    """Return a finite number above 0."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    try:
        number = float(value) if is_number else math.nan
    except OverflowError:
        number = math.inf
    if not 0 < number < math.inf:
        raise wrong(value, "a finite number above 0")
    return number


def one_of(value: Any, choices: tuple[str, ...]) -> str:
    """Return one of a few words."""
    if not isinstance(value, str) or value not in choices:
        near = [choice for choice in choices if isinstance(value, str) and value.startswith(choice)]
        raise wrong(value, " or ".join(map(repr, choices)), repr(near[0]) if near else "")
    return value


def optional(value: Any, rule: Rule) -> Any:
    """Return None, or what the rule makes of the value."""
    return None if value is None else rule(value)


def tuple_of(value: Any, rule: Rule, least: int = 0) -> tuple[Any, ...]:
    """Return a tuple of what the rule makes of each item, each once; one text is no list of letters."""
    if isinstance(value, str):
        raise wrong(value, "a tuple of names", f"({value!r},)")
    if not isinstance(value, list | tuple) or len(value) < least:
        raise wrong(value, f"a tuple of {'at least one name' if least else 'names'}")
    return tuple(dict.fromkeys(_each(value, rule)))


def members(value: Any, kind: type[StrEnum]) -> frozenset[Any]:
    """Return a set of an enumeration's members, which may be given by their values."""
    if isinstance(value, str | Mapping) or not isinstance(value, Collection):
        raise wrong(
            value, f"a set of {kind.__name__}", f"frozenset({{{kind.__name__}.{next(iter(kind)).name}}})"
        )
    return frozenset(_each(value, lambda item: member(item, kind)))


def member(value: Any, kind: type[StrEnum]) -> Any:
    """Return the member of an enumeration that this is, or has this value."""
    if not isinstance(value, str) or value not in list(kind):
        raise ValueError(f"holds {shown(value)}, no {kind.__name__}; {nearest(str(value), kind)}")
    return kind(value)


def mapping(value: Any, key: Rule) -> dict[Any, str]:
    """Return a dict from what the rule makes of each key to a text."""
    if not isinstance(value, Mapping):
        raise wrong(value, "a dict")
    return dict(zip(_each(value, key), _each(value.values(), _sentence), strict=True))


def _sentence(value: Any) -> str:
    if not text(value):
        raise wrong(value, "a reason, a sentence")
    return text(value)


def _each(items: Collection[Any], rule: Rule) -> list[Any]:
    """Return what the rule makes of each item; what is wrong with one is said of the whole."""
    made = []
    for item in items:
        try:
            made.append(rule(item))
        except ValueError as error:
            message = str(error)
            raise ValueError(
                f"holds {message.removeprefix('is ')}" if message.startswith("is ") else message
            ) from error
    return made


def function(value: Any, *takes: str) -> Callable[..., Any]:
    """Return a function that takes so many arguments."""
    expected = f"a function of {', '.join(takes) or 'no arguments'}"
    if not callable(value):
        raise wrong(value, expected)
    if not accepts(value, *takes):
        raise wrong(value, expected)
    taken: Callable[..., Any] = value
    return taken


def space(value: Any) -> Any:
    """Return the function that makes the search space; a dict is one that is always the same."""
    if isinstance(value, Mapping):
        return partial(dict, value)
    if not callable(value):
        raise wrong(value, "a dict of ray.tune's domains and constants, or a function that returns one")
    return function(value)


def constants(value: Any) -> Any:
    """Return a task's constants, the function that gives them, or None."""
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
    return function(value)


def _texts(value: Any) -> tuple[Any, ...]:
    return tuple_of(value, text)


def rules() -> Mapping[str, Rule]:
    """Return the rule of each field of the three kinds of spec."""

    return {
        # all kinds
        "name": name,
        "summary": text,
        "requires": partial(tuple_of, rule=name),
        "provides": partial(members, kind=Capability),
        "wants": partial(mapping, key=partial(member, kind=Capability)),
        "install": text,
        "repairs": _texts,
        "limits": partial(mapping, key=name),
        "hidden": flag,
        "origin": text,
        # searchers
        "any_domain": flag,
        "learns": flag,
        "base": flag,
        "by_rung": flag,
        "budget": partial(whole, least=1, most=1000),
        "seedable": flag,
        "seconds_of_300": positive,
        # schedulers
        "look_ahead": partial(one_of, choices=("workers", "trials")),
        "reuse_actors": flag,
        "replays": partial(optional, rule=name),
        "does": partial(members, kind=Effect),
        # searchers and schedulers
        "build": lambda value: function(value, "setup"),
        "fixed_trials": flag,
        # trainables
        "target": target,
        "space": space,
        "load": lambda value: function(value, "data", "train_size", "data_dir"),
        "metric": metric,
        "mode": partial(one_of, choices=("min", "max")),
        "curves": partial(optional, rule=lambda value: function(value, "place")),
        "test_metric": partial(optional, rule=metric),
        "mutable": partial(tuple_of, rule=_parameter),
        "datasets": partial(tuple_of, rule=name, least=1),
        "seeds_of": lambda value: name(value) if value else text(value),
        "most_epochs": partial(optional, rule=partial(whole, least=1, most=10**6)),
        "constants": constants,
        "source": text,
        "chance": flag,
        "sized": flag,
        "seeded": flag,
        "checkpoints": flag,
        "margin": positive,
    }


def _parameter(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise wrong(value, "the name of a hyperparameter")
    return value
