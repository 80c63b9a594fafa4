"""Native parity: the sequence of a searcher beside that of its library's own API, with the same seed."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.core.seeding import OwnGenerators
from benchmarks.spaces.domains import KINDS
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import SEARCHERS
from benchmarks.suite.setups import NativeSetup, SearchSetup

CLOSE = 1e-6  # relative difference of two floats that are the same but for the arithmetic of an encoding

METRIC = "made_up_metric"

Config = dict[str, Any]
Objective = Callable[[Mapping[str, Any]], float]


class Enough(Exception):
    """All trials of a native loop are made."""


def own_sequence(
    name: str, space: Mapping[str, Any], objective: Objective, *, trials: int, seed: int, **options: Any
) -> list[Config]:
    """Return what the searcher proposes, one trial after another; the objective is minimised.

    Args:
        options: of ``SearchSetup``, such as ``levelled``.
    """
    algorithm = _algorithm(name, SearchSetup(space, trials, seed, 1, **options))
    algorithm.set_search_properties(METRIC, "min", dict(space))
    proposals: list[Config] = []
    for number in range(trials):
        trial_id = f"{number:05d}"
        config = algorithm.suggest(trial_id)
        if not isinstance(config, Mapping):  # there will be no more
            break
        proposals.append({key: value for key, value in config.items() if not key.startswith("__")})
        result = {METRIC: objective(proposals[-1]), "training_iteration": 1, "config": proposals[-1]}
        algorithm.on_trial_result(trial_id, result)
        algorithm.on_trial_complete(trial_id, result=result)
    return proposals


def native_sequence(
    name: str,
    space: Mapping[str, Any],
    objective: Objective,
    *,
    trials: int,
    seed: int,
    defaults: bool = False,
    **options: Any,
) -> list[Config]:
    """Return what the searcher's native loop proposes.

    Args:
        defaults: whether everything is the library's default, and its space as natural as its API allows;
            otherwise it gets the space that the searcher's library sees, and its documented settings.
    """
    spec = SEARCHERS[name]
    assert spec.native is not None, f"{name} has no native loop"
    kinds = (spec.native_kinds or KINDS) if defaults else seen_kinds(name, space)
    encoding = Encoding(space, kinds)
    proposals: list[Config] = []

    def loss(values: Mapping[str, Any]) -> float:
        if len(proposals) == trials:
            raise Enough
        proposals.append(encoding.decode(values))
        return objective(proposals[-1])

    if "cheap" in options:
        options["cheap"] = encoding.encode_some(options["cheap"])
    setup = NativeSetup(
        *(encoding.domains, trials, seed, 1),
        loss=loss,
        defaults=defaults,
        **(options | ({"levelled": False} if defaults else {})),
    )
    with OwnGenerators(seed), contextlib.suppress(Enough):
        spec.native(setup)
    return proposals


def seen_kinds(name: str, space: Mapping[str, Any]) -> frozenset[str]:
    """Return the kinds of domain that reach the searcher's library as they are."""
    kinds: frozenset[str] = getattr(_algorithm(name, SearchSetup(space, 8, 0, 1)), "native", KINDS)
    return kinds


def _algorithm(name: str, setup: SearchSetup) -> Any:
    algorithm = SEARCHERS[name].build(setup).algorithm
    assert hasattr(algorithm, "suggest"), f"{name} builds no Searcher, whose proposals depend on results"
    return algorithm


def common_start(one: list[Config], other: list[Config]) -> int:
    """Return how many configurations two sequences have in common before the first that differs."""
    for number, (first, second) in enumerate(zip(one, other, strict=False)):
        if not alike(first, second):
            return number
    return min(len(one), len(other))


def alike(one: Any, other: Any) -> bool:
    """Return whether two configurations are the same but for the arithmetic of an encoding."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE * 1e-6)
    return bool(one == other)
