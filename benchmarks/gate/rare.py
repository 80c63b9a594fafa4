"""Power planning of the gate for collapsed runs: which shares are found, and which are ruled out.

A repetition of a task is drawn from what unchanged code with other seeds does, as far as the stored side
tells; in a share of them, all runs of the group collapse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.random import Generator

from benchmarks.gate.settings import Settings
from results.gate.collapse import StoredNoise, blocks_of
from results.gate.family import Hypothesis, Level
from results.statistics.betting import low_mean_p
from results.statistics.mcnemar import mcnemar_p
from results.statistics.sequential import spending
from results.types import Floats

#: Shares of runs that collapse.
SHARES = (0.05, 0.1, 0.15)
#: Groups of each level that are simulated; the others are much like them.
MOST = 4


class Chances(NamedTuple):
    """Probabilities of the outcomes of a hypothesis, and the mean number of repetitions that they take."""

    passed: float
    failed: float
    repetitions: float


class CollapseChances(NamedTuple):
    """Outcome probabilities of the hypotheses on collapsed runs at one level.

    Attributes:
        level: which groups.
        groups: the number of groups.
        ruled_out: the share of runs that a pass rules out; the median.
        widened: groups in which it is more than asked for, by the noise of the stored side.
        same: if nothing is worse but all seeds are other ones.
        collapsed: by the share of runs that collapse.
    """

    level: Level
    groups: int
    ruled_out: float
    widened: int
    same: Chances
    collapsed: Mapping[float, Chances]


def collapse_chances(
    every: Sequence[Hypothesis], cells: pd.DataFrame, noise: StoredNoise, settings: Settings, draws: int
) -> Iterator[CollapseChances]:
    """Yield the chances of each level.

    Args:
        every: all hypotheses of the gate.
        cells: one row a cell.
        noise: of the stored side.
        settings: of the gate.
        draws: simulated gates of each level.
    """
    rng, total = np.random.default_rng(0), sum(one.weight for one in every)
    shares = [one for one in every if one.quantity.share]
    for level in dict.fromkeys(one.level for one in shares):
        groups = [one for one in shares if one.level == level]
        picked = [groups[i] for i in np.linspace(0, len(groups) - 1, min(MOST, len(groups))).astype(int)]
        each = max(1, draws // len(picked))
        by_share = {
            share: _mean([_rates(one, cells, noise, share, total, settings, each, rng) for one in picked])
            for share in (0.0, *SHARES)
        }
        yield CollapseChances(
            level,
            len(groups),
            float(np.median([one.margin for one in groups])),
            sum(one.widened for one in groups),
            by_share.pop(0.0),
            by_share,
        )


def collapse_table(chances: Sequence[CollapseChances]) -> list[tuple[str, ...]]:
    """Return the chances as rows of a table, with its head."""
    head = (
        *("groups", "", "ruled out", "widened", "no change: pass", "fail", "n"),
        *(text for share in SHARES for text in (f"collapse in {share:.0%}: fail", "pass")),
    )
    rows = [
        (
            one.level,
            str(one.groups),
            f"{one.ruled_out:.0%}",
            str(one.widened),
            f"{one.same.passed:.0%}",
            f"{one.same.failed:.0%}",
            f"{one.same.repetitions:.0f}",
            *(f"{rate:.0%}" for it in one.collapsed.values() for rate in (it.failed, it.passed)),
        )
        for one in chances
    ]
    return [head, *rows]


def _rates(
    one: Hypothesis,
    cells: pd.DataFrame,
    noise: StoredNoise,
    share: float,
    total: float,
    settings: Settings,
    draws: int,
    rng: Generator,
) -> Chances:
    trainables = cells["trainable"].to_numpy()[list(one.cells)]
    means, sums = blocks_of(noise.swaps[:, list(one.cells)], trainables)
    tasks, cap = len(set(trainables)), settings.stages[-1]
    runs = len(one.cells) / tasks
    outcomes = []
    for _ in range(draws):
        at = rng.integers(0, len(means), cap * tasks)
        hit = rng.random(cap * tasks) < share
        mean, total_of = np.where(hit, -1.0, means[at]), np.where(hit, -round(runs), sums[at])
        outcomes.append(_outcome(mean, total_of, one, settings.alpha * one.weight / total, tasks, settings))
    return Chances(*np.mean(outcomes, axis=0).tolist())


def _outcome(
    means: Floats, sums: Floats, one: Hypothesis, level: float, tasks: int, settings: Settings
) -> tuple[bool, bool, int]:
    """Return whether a simulated hypothesis passed, whether it failed, and the repetitions that it took."""
    for n, share in zip(settings.stages, spending(settings.stages), strict=True):
        if low_mean_p(means[: n * tasks], -one.margin) <= settings.alpha:
            return True, False, n
        if mcnemar_p(-sums[: n * tasks]) <= level * share:
            return False, True, n
    return False, False, settings.stages[-1]


def _mean(chances: Sequence[Chances]) -> Chances:
    return Chances(*np.mean(chances, axis=0).tolist())
