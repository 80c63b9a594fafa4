"""The sequential procedure: looks until each hypothesis has an outcome or the repetitions are used up.

At each look every open hypothesis is tested both ways.  It *passes* if "a loss of the margin or more" is
rejected, at the full level: the gate passes only if all of them do, which needs no correction (an
intersection-union test, Berger 1982).  It *fails* if "no loss" is rejected by Holm's weighted test over the
whole family.  If both are rejected there is a loss, within the margin: it passes.  What has an outcome is
tested no more.  All p-values are corrected for the number of looks (``results.statistics.sequential``); for
times, which each experiment has, the level is spent evenly, since the first look has many of them.

Of collapsed runs, "no excess" is rejected by McNemar's exact test in blocks (``results.statistics.mcnemar``),
and "an excess of the margin or more" by betting (``results.statistics.betting``), which is exact for rare
events too and valid at any look: no pass comes until such a share would have shown.

What cannot be tested does not pass: a hypothesis is *untestable* as long as more than half of the pairs of
one of its cells tell nothing.  It may still fail by the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from results.gate.collapse import blocks_of, collapses, loss_of_each
from results.gate.family import COLLAPSE, TIMES, Hypothesis, cell_margins, cell_name, own_margin
from results.gate.finding import Finding
from results.gate.pairs import MEASURES, identical, score_difference, why_unknown
from results.gate.sides import CELL
from results.statistics.betting import low_mean_p
from results.statistics.mcnemar import mcnemar_p
from results.statistics.noninferiority import inferiority_p, non_inferiority_p
from results.statistics.sequential import spending, weighted_holm
from results.types import Floats


class Procedure:
    """The state of one gate.

    Attributes:
        cells: one row a cell, columns ``CELL``.
        findings: one a hypothesis.
    """

    def __init__(
        self,
        cells: pd.DataFrame,
        hypotheses: Sequence[Hypothesis],
        margins: Mapping[str, float],
        stages: Sequence[int],
        alpha: float,
    ) -> None:
        """Begin.

        Args:
            cells: one row a cell, as ``family`` takes them.
            hypotheses: of ``family``.
            margins: of each task, in points.
            stages: repetitions at each look.
            alpha: level of either question.
        """
        self.cells = cells.reset_index(drop=True)
        self.findings = [Finding(hypothesis) for hypothesis in hypotheses]
        self._indices = {tuple(row): index for index, row in enumerate(self.cells[CELL].to_numpy())}
        self._margins, self._alpha = margins, alpha
        self._tasks = self.cells["trainable"].to_numpy(dtype=object)
        self._combinations = self.cells.groupby(CELL[1:], sort=False).ngroup().to_numpy()
        own = self.cells.get(own_margin("score"), self.cells["trainable"].map(dict(margins)))
        self._losses = loss_of_each(self.cells, margins, np.asarray(own, dtype=np.float64))
        self._shares = {False: spending(stages), True: np.full(len(stages), 1 / len(stages))}
        self._look = 0
        self._same = np.zeros(len(self.cells), dtype=bool)

    @property
    def open(self) -> list[Finding]:
        """The hypotheses without an outcome."""
        return [finding for finding in self.findings if finding.outcome == "inconclusive"]

    @property
    def failed(self) -> list[Finding]:
        """The hypotheses that failed."""
        return [finding for finding in self.findings if finding.outcome == "fail"]

    def wanted(self) -> NDArray[np.intp]:
        """Return the indices of the cells that the next look needs.

        A combination that was the same in all repetitions of all its tasks needs no more, but for times.  On
        one task alone it may be chance: what happens in few repetitions has shown on another one.
        """
        needed: set[int] = set()
        for finding in self.open:
            indices = finding.hypothesis.cells
            each = finding.hypothesis.quantity.each
            needed.update(index for index in indices if each or not self._same[index])
        return np.array(sorted(needed), dtype=np.intp)

    def look(self, pairs: pd.DataFrame) -> None:
        """Test the open hypotheses on all pairs so far.

        Args:
            pairs: of ``pairs.pair``, those of earlier looks included; both experiments ok.
        """
        index = np.array([self._indices[tuple(row)] for row in pairs[CELL].to_numpy()], dtype=np.intp)
        same = _all_of(identical(pairs), index, len(self.cells))
        apart = np.bincount(self._combinations, weights=~same)
        self._same = apart[self._combinations] == 0
        tables: dict[str, Floats] = {}
        silent: dict[str, dict[int, str]] = {}
        for finding in self.open:
            quantity = finding.hypothesis.quantity
            if quantity.name not in tables:
                values = self._values(quantity.name, pairs, index)
                tables[quantity.name] = self._table(values, index, pairs["repetition"].to_numpy())
                silent[quantity.name] = _silent(quantity.name, values, pairs, index, same)
            share = float(self._shares[quantity.each][self._look])
            finding.untestable = self._untestable(finding.hypothesis, silent[quantity.name])
            self._test(finding, tables[quantity.name], share)
        self._look += 1
        self._decide()

    def _values(self, name: str, pairs: pd.DataFrame, index: NDArray[np.intp]) -> Floats:
        """Return the differences of all pairs in a quantity; NaN where it is unknown."""
        if name == COLLAPSE:
            return collapses(score_difference(pairs), self._losses[index])
        return MEASURES[name](pairs)

    def _untestable(self, hypothesis: Hypothesis, silent: Mapping[int, str]) -> str:
        """Return why a hypothesis cannot pass, from the cells that tell nothing and why."""
        mute = [cell for cell in hypothesis.cells if cell in silent]
        if not mute:
            return ""
        first = cell_name(self.cells[CELL].iloc[mute[0]])
        where = "" if len(hypothesis.cells) == 1 else f" in {len(mute)} of {len(hypothesis.cells)}"
        which = f", {first} among them" if where else ""
        return f"not testable{where}{which}: {silent[mute[0]]}"

    def _table(self, values: Floats, index: NDArray[np.intp], repetition: NDArray[np.generic]) -> Floats:
        """Return values of shape (repetitions, cells), NaN where there is none."""
        names, row = np.unique(repetition, return_inverse=True)
        table = np.full((len(names), len(self.cells)), np.nan)
        table[row, index] = values
        return table

    def _test(self, finding: Finding, table: Floats, share: float) -> None:
        hypothesis = finding.hypothesis
        indices = np.array(hypothesis.cells)
        same = self._same[indices]
        if same.all() and not hypothesis.quantity.each:
            finding.outcome, finding.same, finding.n = "pass", True, len(table)
            finding.estimate = finding.margin_p = 0.0
            if hypothesis.quantity.share:
                finding.blocks = np.zeros(len(table) * len(set(self._tasks[indices])))
                finding.n, finding.tail = len(finding.blocks), self._alpha
            return
        if hypothesis.quantity.share:
            values = table[:, indices]
            self._test_share(finding, np.where(same & np.isnan(values), 0.0, values), share)
            return
        blocks = self._blocks(hypothesis, table[:, indices], same)
        if not len(blocks):
            return
        finding.n, finding.estimate, finding.blocks = len(blocks), float(blocks.mean()), blocks
        worse = inferiority_p(blocks, hypothesis.floor) / share
        margin = non_inferiority_p(blocks, hypothesis.margin) / share
        finding.worse_p = min(finding.worse_p, worse)
        finding.margin_p = min(finding.margin_p, margin)
        finding.tail = self._alpha * share

    def _test_share(self, finding: Finding, values: Floats, share: float) -> None:
        """Test the excess of collapsed runs, from values of the group's cells, shape (repetitions, cells)."""
        means, sums = blocks_of(values, self._tasks[list(finding.hypothesis.cells)])
        if not len(means):
            return
        finding.n, finding.estimate, finding.blocks = len(means), float(means.mean()), means
        finding.worse_p = min(finding.worse_p, mcnemar_p(-sums) / share)
        finding.margin_p = min(finding.margin_p, low_mean_p(means, -finding.hypothesis.margin))
        finding.tail = self._alpha

    def _blocks(self, hypothesis: Hypothesis, values: Floats, same: NDArray[np.bool_]) -> Floats:
        """Return the differences that are tested, shape (blocks,)."""
        if hypothesis.quantity.each:
            known_values: Floats = values[np.isfinite(values)]
            return known_values
        unit = np.array(cell_margins(hypothesis.quantity, self.cells, self._margins))[list(hypothesis.cells)]
        # Cells that are the same were not run again: their differences stay 0.
        scaled = np.where(same & np.isnan(values), 0.0, values) / unit
        known = np.isfinite(scaled)
        count = known.sum(axis=1)
        means = np.where(known, scaled, 0.0).sum(axis=1)[count > 0] / count[count > 0]
        weighted: Floats = means * (len(unit) / (1 / unit).sum())
        return weighted

    def _decide(self) -> None:
        worse = np.array([finding.worse_p for finding in self.findings])
        weights = [finding.hypothesis.weight for finding in self.findings]
        adjusted = weighted_holm(worse, weights)
        q = stats.false_discovery_control(worse)
        for finding, p, rate in zip(self.findings, adjusted, q, strict=True):
            finding.adjusted_p, finding.q = float(p), float(rate)
            if finding.outcome == "inconclusive":
                if finding.margin_p <= self._alpha and not finding.untestable:
                    finding.outcome = "pass"
                elif p <= self._alpha:
                    finding.outcome = "fail"


def _silent(
    name: str, values: Floats, pairs: pd.DataFrame, index: NDArray[np.intp], same: NDArray[np.bool_]
) -> dict[int, str]:
    """Return the cells of which more than half of the pairs tell nothing of a quantity, and why.

    What took the same course is the same in every quantity but times.
    """
    unknown = ~np.isfinite(values)
    if name not in TIMES:
        unknown &= ~same[index]
    count = np.bincount(index, minlength=len(same))
    mute = np.flatnonzero(np.bincount(index, weights=unknown, minlength=len(same)) > count / 2)
    return {int(cell): why_unknown(name, pairs[unknown & (index == cell)]) for cell in mute}


def _all_of(flags: NDArray[np.bool_], index: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """Return for each of ``count`` indices whether it has a flag and all of its flags are set."""
    total = np.bincount(index, minlength=count)
    every: NDArray[np.bool_] = np.bincount(index, weights=flags, minlength=count) == total
    return every & (total > 0)
