"""Simulated gates: the gate's own procedure on repetitions that are drawn from pools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.random import Generator
from scipy import stats

from benchmarks.gate.roster import margins, stored_noise, with_margins
from benchmarks.gate.settings import Settings
from results.gate.family import QUANTITIES, family
from results.gate.finding import GateOutcome
from results.gate.pairs import score_difference
from results.gate.procedure import Procedure
from results.gate.sides import SETTING
from results.statistics.bootstrap import Interval
from results.statistics.intervals import summarise
from scripts.gate_proof.pools import SidePool

LEVEL = 0.95


class Gate(NamedTuple):
    """One gate: its verdict, after how many repetitions, and which quantities failed."""

    verdict: GateOutcome
    repetitions: int
    failed: frozenset[str]


def simulate(
    baseline: SidePool,
    candidate: SidePool,
    quantities: Sequence[str],
    gates: int,
    *,
    paired: bool,
    chance: Generator,
    settings: Settings | None = None,
) -> Iterator[Gate]:
    """Yield gates, each on repetitions drawn from the pools without replacement.

    Args:
        baseline, candidate: of the same cells.
        quantities: which the gate watches, by name.
        gates: the number of gates.
        paired: both sides have the same seeds, as in use; else no seed is in both.
        chance: draws.
        settings: stages and level; the gate's own by default.

    Raises:
        ValueError: if the pools have other cells, or too few repetitions.
    """
    settings = settings or Settings()
    if not baseline.cells.equals(candidate.cells):
        raise ValueError(
            f"pools of {len(baseline.cells)} and {len(candidate.cells)} cells; expected the same"
        )
    cap = settings.stages[-1]
    common = np.intersect1d(baseline.repetitions, candidate.repetitions)
    needed = cap if paired else 2 * cap
    if len(common) < needed:
        raise ValueError(f"pools of {len(common)} repetitions; a gate draws {needed}")
    points = margins(sorted(baseline.cells["trainable"].unique()), settings.margins)
    watched = [quantity for quantity in QUANTITIES if quantity.name in quantities]
    for _ in range(gates):
        drawn = chance.choice(common, needed, replace=False)
        stored = baseline.draw(drawn[:cap])
        pairs = joined(stored, candidate.draw(drawn[-cap:]))
        cells = with_margins(baseline.cells, stored, points)
        noise = stored_noise(cells, stored, points, cap, settings.alpha)
        hypotheses = family(cells, points, watched, noise)
        procedure = Procedure(cells, hypotheses, points, settings.stages, settings.alpha)
        yield decide(procedure, pairs, settings.stages)


def joined(baseline: pd.DataFrame, candidate: pd.DataFrame) -> pd.DataFrame:
    """Return ``results.gate.pairs.pair`` of sides whose rows are in the same order."""
    measured = [name for name in baseline.columns if name not in SETTING]
    both = (baseline[measured].add_suffix("_b"), candidate[measured].add_suffix("_c"))
    return pd.concat([baseline[SETTING], *both], axis=1)


def decide(procedure: Procedure, pairs: pd.DataFrame, stages: Sequence[int]) -> Gate:
    """Look at the pairs stage after stage, as the gate does.

    Args:
        procedure: that has not looked yet.
        pairs: of ``joined``: all repetitions of all cells of ``procedure``, in their order.
        stages: repetitions at each look.
    """
    looked_at, n = np.zeros(len(procedure.cells), dtype=np.int64), 0
    turn, cell = pairs["repetition"].to_numpy(), np.arange(len(pairs)) % len(looked_at)
    for n in stages:
        looked_at[procedure.wanted() if n > stages[0] else slice(None)] = n
        procedure.look(pairs[turn < looked_at[cell]].reset_index(drop=True))
        if procedure.failed or not procedure.open:
            break
    failed = frozenset(finding.hypothesis.quantity.name for finding in procedure.failed)
    return Gate("fail" if failed else "inconclusive" if procedure.open else "pass", n, failed)


@dataclass(frozen=True)
class GateSummary:
    """Summary of many gates.

    Attributes:
        gates: the number of gates.
        counts: of each verdict.
        low, high: exact limits of the probability of "fail" (Clopper and Pearson 1934), at 95 %.
        median, most: repetitions at which half and 90 % of the failures had failed; NaN without any.
        by: in how many gates each quantity failed.
        loss: what the change takes in truth, as far as the pools tell; see ``loss``.
    """

    gates: int
    counts: Counter[GateOutcome]
    low: float
    high: float
    median: float
    most: float
    by: Counter[str]
    loss: Interval

    @property
    def rate(self) -> float:
        """The share of gates that failed."""
        return self.counts["fail"] / self.gates


def loss(baseline: SidePool, candidate: SidePool) -> Interval:
    """Return by how many points the baseline scores above the candidate, on average over their cells.

    The interval is the 95 % t-interval over the repetitions that are in both pools.
    """
    common = np.intersect1d(baseline.repetitions, candidate.repetitions)
    pairs = joined(baseline.draw(common), candidate.draw(common))
    lost = np.nanmean(-score_difference(pairs).reshape(len(common), -1), axis=1)
    interval = summarise(lost)
    return Interval(float(interval.mean), float(interval.low), float(interval.high))


def summary(gates: Sequence[Gate], lost: Interval) -> GateSummary:
    """Return the summary of gates on a change that loses ``lost`` points."""
    counts = Counter(gate.verdict for gate in gates)
    limits = stats.binomtest(counts["fail"], len(gates)).proportion_ci(LEVEL, method="exact")
    taken = [gate.repetitions for gate in gates if gate.verdict == "fail"] or [np.nan]
    median, most = np.quantile(taken, [0.5, 0.9], method="inverted_cdf")
    by = Counter(name for gate in gates for name in sorted(gate.failed))  # equal counts: always in this order
    return GateSummary(len(gates), counts, limits.low, limits.high, float(median), float(most), by, lost)
