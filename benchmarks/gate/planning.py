"""Power planning of a gate: simulated outcomes of its procedure on the baseline's scores.

A candidate's repetitions are drawn from the baseline's: as good, and paired as if another seed had made each
of them, which is the most that a change can do to the pairing.  Its loss, if any, is taken off all scores.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.gate.matching import planned
from benchmarks.gate.rare import CollapseChances, collapse_chances, collapse_table
from benchmarks.gate.roster import margins, stored_noise, with_margins
from benchmarks.gate.settings import Settings
from results.gate.family import QUANTITIES, Hypothesis, Level, family, own_margin
from results.gate.pairs import scores
from results.gate.sides import CELL, Side
from results.statistics.noninferiority import inferiority_p, non_inferiority_p
from results.statistics.sequential import spending
from results.types import Floats

DRAWS = 200
#: Hypotheses of each level that are simulated; the others are much like them.
MOST = 12


class LevelChances(NamedTuple):
    """Outcome probabilities of the hypotheses on the score at one level.

    Attributes:
        level: which groups.
        groups: the number of groups.
        margin: in points; the median.
        sd: of a group's paired differences between repetitions, in points; the median.
        same: probabilities of (pass, fail, inconclusive) if nothing is worse but all seeds are other ones.
        worse: the same if the group has lost its margin.
        repetitions: mean number that it takes to find that loss, or to give up.
        recorded: repetitions of the baseline, the most that the gate can take.
        widened: groups of which a combination's margin is widened to the noise of the baseline.
    """

    level: Level
    groups: int
    margin: float
    sd: float
    same: tuple[float, float, float]
    worse: tuple[float, float, float]
    repetitions: float
    recorded: int
    widened: int


class GatePlan(NamedTuple):
    """The chances of each level: of the score, and of collapsed runs."""

    scores: list[LevelChances]
    collapses: list[CollapseChances]


def plan(baseline: Side, settings: Settings, draws: int = DRAWS) -> GatePlan:
    """Return the chances of each level.

    Args:
        baseline: a side that has been run, with some repetitions; they are drawn from with replacement if the
            stages need more.
        settings: of the gate to be.
        draws: simulated gates.

    Raises:
        Misuse, ResultsError: as ``compare``.
    """
    chosen = planned(baseline, _Nothing(), settings.globs).experiments
    rows = baseline.rows(chosen).merge(chosen)
    cells = rows[CELL].drop_duplicates(ignore_index=True)
    table = _table(rows, cells)
    points = margins(sorted(cells["trainable"].unique()), settings.margins)
    cells = with_margins(cells, rows, points)
    noise = stored_noise(cells, rows, points, settings.stages[-1], settings.alpha)
    every = family(cells, points, QUANTITIES, noise)
    total = sum(hypothesis.weight for hypothesis in every)
    units = cells[own_margin("score")].to_numpy(dtype=float)
    return GatePlan(
        [_chance(level, groups, table, units, total, settings, draws) for level, groups in _levels(every)],
        list(collapse_chances(every, cells, noise, settings, draws)),
    )


def as_text(planned: GatePlan, settings: Settings) -> str:
    """Return the plan as text tables."""
    chances = planned.scores
    head = (
        "groups",
        "",
        "margin",
        "widened",
        "sd",
        "no change: pass",
        "fail",
        "open",
        "loss of the margin: fail",
        "pass",
        "open",
        "n",
    )
    lines = [
        (
            one.level,
            str(one.groups),
            f"{one.margin:.1f}",
            str(one.widened),
            f"{one.sd:.1f}",
            *(f"{one.same[outcome]:.0%}" for outcome in (0, 1, 2)),
            *(f"{one.worse[outcome]:.0%}" for outcome in (1, 0, 2)),
            f"{one.repetitions:.0f}",
        )
        for one in chances
    ]
    text = [*_aligned([head, *lines]), "", *_aligned(collapse_table(planned.collapses))]
    looks = ", ".join(map(str, settings.stages))
    note = (
        f"Score points; looks after {looks} repetitions, level {settings.alpha:g}; mean chance of one group "
        "of each kind.  no change: the same code with other seeds; with the same seeds everything passes at "
        "the first look.  n: mean repetitions until the loss is found or given up.  widened: groups in which "
        "a combination's margin is wider than the task's, to the noise of the baseline.  Second table: "
        "collapsed runs, which lose more than twice their combination's margin; ruled out: the share of runs "
        "in which a pass excludes that; n: mean repetitions until it does, if nothing has changed.  The gate "
        "decides when the last of its hypotheses does."
    )
    recorded = min(one.recorded for one in chances)
    if recorded < settings.stages[-1]:
        note += (
            f"  CAUTION: the baseline has {recorded} repetitions and the gate can take no more; for these "
            f"chances record {settings.stages[-1]}."
        )
    return "\n".join([*text, "", *textwrap.wrap(note, 118)]) + "\n"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


class _Nothing:
    """A side that can run any experiment and never runs one."""

    name = "current"
    environments: Mapping[str, Any] = {}
    template = None

    def rows(self, wanted: pd.DataFrame) -> pd.DataFrame:
        return wanted


def _table(rows: pd.DataFrame, cells: pd.DataFrame) -> Floats:
    """Return scores, shape (repetitions, cells); NaN where a cell lacks a repetition."""
    index = {tuple(row): number for number, row in enumerate(cells[CELL].to_numpy())}
    values = scores(rows.add_suffix("_b"), "b")
    table = np.full((int(rows["turn"].max()) + 1, len(cells)), np.nan)
    table[rows["turn"], [index[tuple(row)] for row in rows[CELL].to_numpy()]] = values
    whole: Floats = table[np.isfinite(table).mean(axis=1) > 0.5]
    return whole


def _levels(every: Sequence[Hypothesis]) -> Iterator[tuple[Level, list[Hypothesis]]]:
    by_level: dict[Level, list[Hypothesis]] = {}
    for hypothesis in every:
        if hypothesis.quantity.name == "score":
            by_level.setdefault(hypothesis.level, []).append(hypothesis)
    yield from by_level.items()


def _chance(
    level: Level,
    groups: Sequence[Hypothesis],
    table: Floats,
    units: Floats,
    total: float,
    settings: Settings,
    draws: int,
) -> LevelChances:
    rng = np.random.default_rng(0)
    picked = [groups[index] for index in np.linspace(0, len(groups) - 1, min(MOST, len(groups))).astype(int)]
    each = max(1, draws // len(picked))
    outcomes: dict[str, list[tuple[int, int]]] = {"same": [], "worse": []}
    spreads = []
    for one in picked:
        values = _means(table[:, list(one.cells)], units[list(one.cells)])
        level_of_one = settings.alpha * one.weight / total
        for _ in range(each):
            drawn = rng.choice(values, (2, settings.stages[-1]))
            d = drawn[0] - drawn[1]
            spreads.append(float(d.std(ddof=1)))
            outcomes["same"].append(_outcome(d, one.margin, level_of_one, settings))
            outcomes["worse"].append(_outcome(d - one.margin, one.margin, level_of_one, settings))
    same, worse = (_shares([outcome for outcome, _ in gates]) for gates in outcomes.values())
    looks = float(np.mean([n for _, n in outcomes["worse"]]))
    middle = float(np.median([one.margin for one in groups]))
    widened = sum(one.widened > 0 for one in groups)
    spread = float(np.median(spreads))
    return LevelChances(level, len(groups), middle, spread, same, worse, looks, len(table), widened)


def _shares(outcomes: Sequence[int]) -> tuple[float, float, float]:
    """Return the share of each of the three outcomes."""
    passed, failed, left = np.bincount(outcomes, minlength=3) / len(outcomes)
    return float(passed), float(failed), float(left)


def _means(values: Floats, units: Floats) -> Floats:
    """Return each repetition's mean over cells, weighted as the gate does, shape (repetitions,)."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    means = np.where(known, values / units, 0.0).sum(axis=1)[count > 0] / count[count > 0]
    weighted: Floats = means * (len(units) / (1 / units).sum())
    return weighted


def _outcome(d: Floats, margin: float, level: float, settings: Settings) -> tuple[int, int]:
    """Return 0 (pass), 1 (fail) or 2 (inconclusive), and the repetitions that it took."""
    for n, share in zip(settings.stages, spending(settings.stages), strict=True):
        if non_inferiority_p(d[:n], margin) <= settings.alpha * share:
            return 0, n
        if inferiority_p(d[:n]) <= level * share:
            return 1, n
    return 2, settings.stages[-1]
