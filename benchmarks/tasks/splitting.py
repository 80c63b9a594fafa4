"""Division of tasks into two sets that are alike, family by family.

The sum of the squared distances between the means of the standardised features, and of the squared excess of
one set in tasks, is made small by descent: as long as it helps, one family changes sides, or two change
places.  The best of many random starts, from a fixed seed, is taken.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.tasks.balance import standardised
from benchmarks.tasks.families import family_of
from benchmarks.tasks.task_features import TaskFeatures
from results.types import Floats

SEED = 2026
STARTS = 60
SIZE_WEIGHT = 16.0  # of the excess in tasks, as a share of all of them
FIRST = "mnist-convnet"  # the set that it is in is the first


def divided(
    tasks: Mapping[str, TaskFeatures], fixed: Mapping[str, bool] | None = None, starts: int = STARTS
) -> tuple[list[str], list[str]]:
    """Return the two sets, sorted.

    Args:
        tasks: name -> features; their order does not matter.
        fixed: families that stay where they are: whether in the first set.
        starts: random starts of the descent.

    Raises:
        ValueError: if there are fewer than two families.
    """
    names = sorted(tasks)
    families = sorted({family_of(name) for name in names})
    if len(families) < 2:
        raise ValueError(f"{len(families)} families cannot be divided; give tasks of two or more")
    member = np.array([[family_of(name) == family for name in names] for family in families])
    sizes, sums = member.sum(1).astype(float), member @ standardised({name: tasks[name] for name in names})
    held = np.array([(fixed or {}).get(family, -1) for family in families], dtype=int)
    chance = np.random.default_rng(SEED)
    best, least = np.zeros(len(families), dtype=bool), np.inf
    for _ in range(starts):
        drawn = np.where(held >= 0, held == 1, chance.random(len(families)) < 0.5)
        side, cost = _descended(drawn, held < 0, sizes, sums)
        if cost < least - 1e-12:
            best, least = side, cost
    first = [name for place, name in enumerate(names) if member[best, place].any()]
    second = [name for name in names if name not in first]
    swap = not fixed and (FIRST in second or (FIRST not in names and names[0] in second))
    return (second, first) if swap else (first, second)


def _descended(
    side: NDArray[np.bool_], free: NDArray[np.bool_], sizes: Floats, sums: Floats
) -> tuple[NDArray[np.bool_], float]:
    """Return the sides of families when no move helps any more, and their cost."""
    places = np.flatnonzero(free)
    moves = np.eye(len(side), dtype=bool)[places]
    pairs = [moves[a] | moves[b] for a in range(len(places)) for b in range(a)]
    moves = np.concatenate([moves, np.array(pairs).reshape(-1, len(side))])
    cost = float(_cost(side[None], sizes, sums)[0])
    while len(moves):
        reached = side ^ moves
        costs = _cost(reached, sizes, sums)
        best = int(costs.argmin())
        if costs[best] >= cost - 1e-12:
            break
        side, cost = reached[best], float(costs[best])
    return side, cost


def _cost(sides: NDArray[np.bool_], sizes: Floats, sums: Floats) -> Floats:
    """Return the cost of several divisions, shape (divisions,); infinite if a set is empty."""
    many, total = sides @ sizes, sizes.sum()
    rest = total - many
    inside = sides @ sums
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = inside / many[:, None] - (sums.sum(0) - inside) / rest[:, None]
        costs: Floats = (apart**2).sum(1) + SIZE_WEIGHT * ((many - rest) / total) ** 2
    return np.where((many == 0) | (rest == 0), np.inf, costs)
