"""Choice of few tasks that rank combinations as all tasks do.

Of each task and repetition the combinations are ranked, 1 for the best, ties sharing their mean.  The ranking
over all tasks is by the mean rank, in which every family of tasks counts the same; that of a subset by the
plain mean.  Tasks are added one by one, each time the one that brings the subset's mean ranks nearest to
those over all tasks (the mean squared difference), of a family that is not in the subset yet as long as there
is one.  Agreement is told by Kendall's tau (b); as a criterion it would be at its largest after a few tasks,
by chance, and leave nothing to choose the others by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau, rankdata

from results.types import Floats


def ranks_of(losses: Floats) -> Floats:
    """Return the rank of each combination, 1 for the least loss, shape as given.

    Args:
        losses: shape (repetitions, tasks, combinations), lower is better; what is not finite comes last.
    """
    finite = np.where(np.isfinite(losses), losses, np.inf)
    ranks: Floats = rankdata(finite, axis=-1)
    return ranks


def family_weights(families: Sequence[str]) -> Floats:
    """Return the weight of each task, shape (tasks,): an equal part of its family's, and they sum to 1."""
    sizes = {family: families.count(family) for family in families}
    weights: Floats = np.array([1 / sizes[family] for family in families])
    weights /= weights.sum()
    return weights


def agreement(one: Floats, other: Floats) -> float:
    """Return Kendall's tau of two mean ranks of combinations, shape (combinations,) each; 0 if undefined."""
    tau = float(kendalltau(one, other).statistic)
    return tau if np.isfinite(tau) else 0.0


def greedy(ranks: Floats, weights: Floats, families: Sequence[str], size: int) -> list[int]:
    """Return the tasks chosen, in the order of their choice.

    Args:
        ranks: shape (tasks, combinations), mean over repetitions.
        weights: shape (tasks,), of the ranking over all tasks.
        families: of the tasks.
        size: tasks to choose, at most all.
    """
    whole = weights @ ranks
    chosen: list[int] = []
    for _ in range(min(size, len(ranks))):
        left = [task for task in range(len(ranks)) if task not in chosen]
        used = {families[task] for task in chosen}
        left = [task for task in left if families[task] not in used] or left
        apart = [((ranks[[*chosen, task]].mean(0) - whole) ** 2).mean() for task in left]
        chosen.append(left[int(np.argmin(apart))])
    return chosen


class Held(NamedTuple):
    """Agreement (Kendall's tau) of subsets of one size with all tasks, means over random halves.

    Attributes:
        size: tasks.
        seen: where the subset was chosen.
        repetitions: chosen by half of the repetitions, in the other half.
        combinations: chosen by half of the combinations, for the other half.
        drawn: subsets drawn at random, in half of the repetitions.
    """

    size: int
    seen: float
    repetitions: float
    combinations: float
    drawn: float


def validated(
    ranks: Floats, weights: Floats, families: Sequence[str], sizes: Sequence[int], rounds: int = 10
) -> list[Held]:
    """Return how well subsets that are chosen by one half agree with all tasks in the other half.

    Args:
        ranks: shape (repetitions, tasks, combinations), two repetitions or more.
        weights: shape (tasks,).
        families: of the tasks.
        sizes: numbers of tasks.
        rounds: random halves.
    """
    chance = np.random.default_rng(0)
    found: list[list[tuple[float, ...]]] = [[] for _ in sizes]
    for _ in range(rounds):
        one, other = _halves(chance, len(ranks))
        left, right = _halves(chance, ranks.shape[2])
        first, second, every = ranks[one].mean(0), ranks[other].mean(0), ranks.mean(0)
        by_repetitions = greedy(first, weights, families, max(sizes))
        by_combinations = greedy(every[:, left], weights, families, max(sizes))
        order = chance.permutation(ranks.shape[1])
        for place, size in enumerate(sizes):
            found[place].append(
                (
                    agreement(first[by_repetitions[:size]].mean(0), weights @ first),
                    agreement(second[by_repetitions[:size]].mean(0), weights @ second),
                    agreement(every[by_combinations[:size]][:, right].mean(0), weights @ every[:, right]),
                    agreement(second[order[:size]].mean(0), weights @ second),
                )
            )
    means = [np.mean(rows, axis=0) for rows in found]
    return [Held(size, *map(float, mean)) for size, mean in zip(sizes, means, strict=True)]


def ceiling(ranks: Floats, weights: Floats, rounds: int = 10) -> float:
    """Return the agreement of all tasks in one half of the repetitions with all tasks in the other half."""
    chance = np.random.default_rng(0)
    taus = []
    for _ in range(rounds):
        one, other = _halves(chance, len(ranks))
        taus.append(agreement(weights @ ranks[one].mean(0), weights @ ranks[other].mean(0)))
    return float(np.mean(taus))


def _halves(chance: np.random.Generator, count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    order = chance.permutation(count)
    return order[: count // 2], order[count // 2 :]
