"""Findings of the gate: the state of a hypothesis, its outcome and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from results.gate.family import Hypothesis
from results.statistics.betting import lowest_mean
from results.statistics.noninferiority import limits
from results.types import Floats

GateOutcome = Literal["pass", "fail", "inconclusive"]


@dataclass
class Finding:
    """The state of a hypothesis.

    Attributes:
        hypothesis: the hypothesis itself.
        outcome: "inconclusive" as long as it is open.
        same: all its experiments took the same course on both sides.
        untestable: why it cannot pass; empty if it can.
        n: repetitions that it was last tested with; experiments for times; for shares the repetitions of
            each task, added up.
        estimate: mean difference, in points, as a logarithm or as a share; below 0, the candidate is worse.
        tail: the level of either limit: the gate's, corrected for the looks where the test needs it.
        worse_p: of "no loss", valid at any look.
        margin_p: of "a loss of the margin or more", valid at any look.
        adjusted_p: ``worse_p`` corrected for the whole family by Holm.
        q: the same by Benjamini and Hochberg, for a first look.
        blocks: what was tested last, shape (n,): differences of repetitions, or of experiments for times;
            of shares 0 as well for what took the same course.
    """

    hypothesis: Hypothesis
    outcome: GateOutcome = "inconclusive"
    same: bool = False
    untestable: str = ""
    n: int = 0
    estimate: float = np.nan
    tail: float = 0.05
    worse_p: float = 1.0
    margin_p: float = 1.0
    adjusted_p: float = 1.0
    q: float = 1.0
    blocks: Floats = field(default_factory=lambda: np.empty(0), repr=False)

    @cached_property
    def limits(self) -> tuple[float, float]:
        """One-sided limits of the difference as it was last tested; asked for when all looks are over."""
        if self.hypothesis.quantity.share:
            return _share_limits(self.blocks, self.tail)
        if self.same:
            return 0.0, 0.0
        return limits(self.blocks, self.tail) if len(self.blocks) else (-np.inf, np.inf)

    @property
    def low(self) -> float:
        """The lower limit."""
        return self.limits[0]

    @property
    def high(self) -> float:
        """The upper limit."""
        return self.limits[1]


def _share_limits(blocks: Floats, level: float) -> tuple[float, float]:
    """Return the lowest and the highest mean that are not ruled out, each at ``level``."""
    if not len(blocks):
        return -1.0, 1.0
    return lowest_mean(blocks, level), -lowest_mean(-blocks, level)
