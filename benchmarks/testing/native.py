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
from benchmarks.suite.setups import NativeSetup
from benchmarks.testing.offline import Config, Offline

CLOSE = 1e-6  # relative difference of two floats that are the same but for the arithmetic of an encoding

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
    search = Offline(name, space, trials=trials, seed=seed, max_concurrent=1, mode="min", **options)
    given: list[Config] = []
    while len(given) < trials and (trial_id := search.ask()) is not None:
        config = search.configs[trial_id]
        given.append({key: value for key, value in config.items() if not key.startswith("__")})
        value = objective(given[-1])
        search.report(trial_id, value)
        search.end(trial_id, value)
    return given


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
    kinds = (spec.native_kinds or KINDS) if defaults else _seen(name, space, trials, seed)
    encoding = Encoding(space, kinds)
    given: list[Config] = []

    def loss(values: Mapping[str, Any]) -> float:
        if len(given) == trials:
            raise Enough
        given.append(encoding.decode(values))
        return objective(given[-1])

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
    return given


def _seen(name: str, space: Mapping[str, Any], trials: int, seed: int) -> frozenset[str]:
    """Return the kinds of domain that reach the searcher's library as they are."""
    algorithm = Offline(name, space, trials=trials, seed=seed, max_concurrent=1).plan.algorithm
    kinds: frozenset[str] = getattr(algorithm, "native", KINDS)
    return kinds


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
