"""Simulated gates: the gate's own procedure on repetitions that are drawn from pools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import stats

from benchmarks.gating.stages import Settings, compare
from results.gate.family import QUANTITIES
from results.gate.procedure import Outcome
from scripts.gate_proof.pools import Pool

LEVEL = 0.95


class Gate(NamedTuple):
    """One gate: its verdict, after how many repetitions, and which quantities failed."""

    verdict: Outcome
    repetitions: int
    failed: frozenset[str]


def simulate(
    baseline: Pool,
    candidate: Pool,
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
        gates: how many.
        paired: both arms have the same seeds, as in use; else no seed is in both.
        chance: draws.
        settings: stages and level; the gate's own by default.

    Raises:
        ValueError: if the pools have too few repetitions.
    """
    settings = settings or Settings()
    watched = [quantity for quantity in QUANTITIES if quantity.name in quantities]
    asked = Settings(settings.alpha, settings.stages, settings.margins, watched)
    cap = settings.stages[-1]
    common = np.intersect1d(baseline.repetitions, candidate.repetitions)
    needed = cap if paired else 2 * cap
    if len(common) < needed:
        raise ValueError(f"pools of {len(common)} repetitions; a gate draws {needed}")
    for _ in range(gates):
        drawn: NDArray[np.intp] = chance.choice(common, needed, replace=False)
        arms = baseline.draw(drawn[:cap], "baseline"), candidate.draw(drawn[-cap:], "candidate")
        report = compare(*arms, asked)
        failed = frozenset(f.hypothesis.quantity.name for f in report.findings if f.outcome == "fail")
        yield Gate(report.verdict, report.stages[-1], failed | ({"status"} if report.broken else set()))


@dataclass(frozen=True)
class Summary:
    """What many gates found.

    Attributes:
        gates: how many.
        counts: of each verdict.
        low, high: exact limits of the probability of "fail" (Clopper and Pearson 1934), at 95 %.
        median, most: repetitions at which half and 90 % of the failures had failed; NaN without any.
        by: in how many gates each quantity failed.
    """

    gates: int
    counts: Counter[Outcome]
    low: float
    high: float
    median: float
    most: float
    by: Counter[str]

    @property
    def rate(self) -> float:
        """The share of gates that failed."""
        return self.counts["fail"] / self.gates


def summary(gates: Sequence[Gate]) -> Summary:
    """Return what they found together."""
    counts = Counter(gate.verdict for gate in gates)
    limits = stats.binomtest(counts["fail"], len(gates)).proportion_ci(LEVEL, method="exact")
    taken = [gate.repetitions for gate in gates if gate.verdict == "fail"] or [np.nan]
    median, most = np.quantile(taken, [0.5, 0.9], method="inverted_cdf")
    by = Counter(name for gate in gates for name in gate.failed)
    return Summary(len(gates), counts, limits.low, limits.high, float(median), float(most), by)
