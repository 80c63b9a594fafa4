"""Instances of a function: the same landscape with its optimum elsewhere in each repetition.

Many published functions have their optimum at a special place: the centre of the space, or the same round
number in all coordinates.  A searcher that begins there finds it at once.  So the optimum is moved, as BBOB
does (Hansen, Finck, Ros and Auger, Real-Parameter Black-Box Optimization Benchmarking 2009: Noiseless
Functions Definitions, INRIA RR-6829): uniformly in the middle 80 % of the space.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Integer

from benchmarks.core.seeding import uniforms
from benchmarks.spaces.domains import fraction, from_fraction, kind

Function = Callable[[Mapping[str, Any]], float]  # of a configuration
Instances = Callable[[int], Function]  # by the repetition
Path = tuple[str, ...]  # of a parameter in a configuration
Move = Callable[[Any], Any]  # of a parameter's value, to published coordinates

EDGE = 0.1  # of a parameter's range at either end, which holds no optimum
DIGITS = 6  # of the optimum's coordinates


class Moved:
    """The instances of a function whose optimum is known; the minimum is the same in each.

    A number is shifted, on a logarithmic scale where its domain has one.  Its axis is mirrored if the optimum
    changes sides, so that most of what is seen of the function is its published domain.  Categories are
    permuted.  The branch of a condition that holds the optimum stays; what lies in it is moved.

    Args:
        name: of the task; the instances are derived from it and the repetition.
        function: as the literature has it.
        space: of the task.
        best: the published optimum.
    """

    def __init__(
        self, name: str, function: Function, space: Mapping[str, Any], best: Mapping[str, Any]
    ) -> None:
        self.__module__ = function.__module__
        self._name, self._function, self._best = name, function, best
        self._axes = list(_axes(space, best))
        self._draws = sum(axis.draws for _, axis in self._axes)

    def __call__(self, repetition: int) -> Function:
        """Return the function of a repetition."""
        function, moves = self._function, dict[str, Any]()
        for path, _, move in self._drawn(repetition):
            _put(moves, path, move)
        return lambda config: function(_moved(config, moves))

    def optimum(self, repetition: int) -> dict[str, Any]:
        """Return the configuration at which the function of a repetition has its minimum."""
        optimum = copy.deepcopy(dict(self._best))
        for path, place, _ in self._drawn(repetition):
            _put(optimum, path, place)
        return optimum

    def _drawn(self, repetition: int) -> Iterator[tuple[Path, Any, Move]]:
        """Yield the path of each parameter, its best value, and its move to published coordinates."""
        draws = iter(uniforms(self._draws, "instance", self._name, repetition))
        for path, axis in self._axes:
            yield path, *axis.moved([next(draws) for _ in range(axis.draws)])


class _Number:
    """The axis of a float or an integer; ``best`` is its published optimum."""

    draws = 1

    def __init__(self, domain: Any, best: float) -> None:
        self._best, self._at, self._share = best, from_fraction(domain), fraction(domain)
        self._whole, self._log = isinstance(domain, Integer), "log" in kind(domain)
        self._side = self._share(best) - 0.5

    def moved(self, draws: Sequence[float]) -> tuple[float, Move]:
        """Return the new optimum, and the published coordinate of a value."""
        share = EDGE + (1 - 2 * EDGE) * draws[0]
        place, best = self._at(share), self._best
        if not self._whole:
            place = float(f"{place:.{DIGITS}g}")
        sign = -1 if (share - 0.5) * self._side < 0 else 1
        if self._log:
            return place, lambda value: best * (value / place) ** sign
        return place, lambda value: best + sign * (value - place)


class _Category:
    """The axis of a category; ``best`` is its published optimum."""

    def __init__(self, domain: Categorical, best: Any) -> None:
        self._items, self._best = list(domain.categories), best
        self.draws = len(self._items)

    def moved(self, draws: Sequence[float]) -> tuple[Any, Move]:
        """Return the new optimum, and the published category of each."""
        order = sorted(range(len(draws)), key=draws.__getitem__)
        published = {item: self._items[index] for item, index in zip(self._items, order, strict=True)}
        return next(item for item in published if published[item] == self._best), published.__getitem__


def _axes(
    space: Mapping[str, Any], best: Mapping[str, Any], path: Path = ()
) -> Iterator[tuple[Path, _Number | _Category]]:
    """Yield the axis of each parameter of the optimum, with its path in a configuration."""
    for name, value in best.items():
        part, inner = space[name], (*path, name)
        if isinstance(value, Mapping):
            if isinstance(part, Categorical):
                part = next(branch for branch in part.categories if set(branch) == set(value))
            yield from _axes(part, value, inner)
        elif isinstance(part, Categorical):
            yield inner, _Category(part, value)
        elif isinstance(part, Domain):
            yield inner, _Number(part, value)


def _put(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Set what lies at a path."""
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def _moved(config: Mapping[str, Any], moves: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in published coordinates; what has no move stays."""
    moved = dict(config)
    for name, move in moves.items():
        if name in moved:
            moved[name] = move(moved[name]) if callable(move) else _moved(moved[name], move)
    return moved


def alike(function: Function) -> Instances:
    """Return the instances of a function that is the same in each repetition."""

    def instance(repetition: int) -> Function:
        return function

    instance.__module__ = function.__module__
    return instance
