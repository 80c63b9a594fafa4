"""The registry as plain data: parts, their requirements, and the combinations that can run."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.core.refusal import ask, one_line
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.part_registry import S
from benchmarks.suite.plugins import PLUGINS, named
from benchmarks.suite.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Registry,
    SearcherSpec,
    Spec,
    SpecError,
    TrainableSpec,
)
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.suite.specs import BuiltSpec

#: What can be listed by itself.
KINDS = ("searchers", "schedulers", "trainables")


def as_data(constants: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
    """Return the registry and the compatibility of every combination as plain data, without hidden parts.

    ``constants`` says of which trainables those are asked for (by default all): they take seconds to compute.
    """
    combinations = [
        {
            "searcher": s.name,
            "scheduler": c.name,
            "status": "incompatible" if ruled else "unavailable" if missing else "ok",
            "reason": ruled or missing or "",
        }
        for s in _shown(SEARCHERS)
        for c in _shown(SCHEDULERS)
        for ruled, missing in [(why_incompatible(s, c), why_unavailable(s, c))]
    ]
    trainables, unusable = _trainables(constants)
    return {
        "searchers": [_spec(s) | _of_searcher(s) for s in _shown(SEARCHERS)],
        "schedulers": [_spec(c) for c in _shown(SCHEDULERS)],
        "trainables": trainables,
        "combinations": combinations,
        "broken": _broken(SEARCHERS) | _broken(SCHEDULERS) | _broken(TRAINABLES) | unusable,
    }


def as_json() -> str:
    """Return ``as_data`` as JSON text."""
    return json.dumps(as_data(), indent=1)


def _shown(registry: Registry[S]) -> list[S]:
    return [spec for spec in registry.values() if not spec.hidden]


def _spec(spec: Spec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "summary": spec.summary,
        "requires": list(spec.requires),
        "missing": spec.missing(),
        "install": spec.install or f"pip install {' '.join(spec.missing())}",
        "provides": sorted(spec.provides),
        "wants": {str(capability): reason for capability, reason in spec.wants.items()},
        "origin": spec.origin,
        "options": options(spec),
    }


def options(spec: Spec) -> list[dict[str, Any]]:
    """Return the options of a searcher or a scheduler as plain data; none of a trainable."""
    known = spec.builder_options().values() if isinstance(spec, BuiltSpec) else ()
    return [
        {
            "name": option.name,
            "type": option.type.__name__,
            "default": option.default,
            "default_text": option.default_text,
            "values": option.expected,
            "meaning": option.declared.meaning,
            "source": option.declared.source,
        }
        for option in known
    ]


def _of_searcher(spec: SearcherSpec) -> dict[str, Any]:
    flags = {"budget": spec.budget, "seedable": spec.seedable, "learns": spec.learns}
    return {"any_domain": spec.any_domain} | flags


def _trainables(constants: Callable[[str], bool]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the trainables, and those that cannot say what they are, with the reason."""
    listed, unusable = [], {}
    for spec in _shown(TRAINABLES):
        try:
            described = partial(of_trainable, spec, constants(spec.name))
            listed.append(_spec(spec) | ask(f"trainable {spec.name!r}", described))
        except SpecError as error:
            unusable[f"trainables/{spec.name} ({one_line(spec.origin)})"] = str(error)
    return listed, unusable


def of_trainable(spec: TrainableSpec, constants: bool = True) -> dict[str, Any]:
    """Describe a task: its engines, its space, the length and cost of its curves, its constants if asked."""
    from benchmarks.curves.recorded.replay import Recorded
    from benchmarks.spaces.domains import describe, kinds
    from benchmarks.spaces.encoding import Encoding

    space = spec.space()
    card = spec.curves.card if isinstance(spec.curves, Recorded) else None
    known = spec.constants() if constants and spec.constants and not spec.missing() else None
    try:
        dimensions = len(Encoding(space).domains)
    except ValueError:  # what has no encoding is drawn by Tune alone
        dimensions = len(space)
    return {
        "metric": spec.metric,
        "mode": spec.mode,
        "space": {name: describe(domain) for name, domain in space.items()},
        "dimensions": dimensions,
        "kinds": sorted(kinds(space)),
        "mutable": list(spec.mutable),
        "data": list(spec.datasets),
        "source": spec.source,
        "engines": [name for name, engine in ENGINES.items() if spec.curves or not engine.from_curves],
        "most_epochs": spec.most_epochs,
        "table_epochs": card["epochs"] if card else None,
        "table_errors": _table_errors(card) if card else None,
        "epoch_seconds": card["cost"]["median_seconds"] if card else None,
        "constants": known._asdict() if known else None,
    }


def _table_errors(card: dict[str, Any]) -> dict[str, Any] | None:
    """Return how well a table's model knows configurations that it has not seen; None if its card has none.

    R2 is of the last epoch; ``held_out.errors`` says what the recalls are.
    """
    if not (errors := card.get("errors")):
        return None
    return {
        "r2": errors["by_epoch"][str(card["epochs"])]["r2"],
        "recall": errors["top_1_percent_recall"],
        "recall_of_one_seed": errors["recall_of_one_seed"],
    }


def _broken(registry: Registry[Any]) -> dict[str, str]:
    # A module that the environment names is looked for once for each kind, and is one line.
    plugins = {f"{module} = {module}": f"{PLUGINS}/{one_line(module)}" for module in named()}
    return {plugins.get(name, f"{registry.kind}/{name}"): why for name, why in registry.broken.items()}
