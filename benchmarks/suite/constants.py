"""Reference values of a task's score: 0 is the random-search baseline, 100 the best known value."""

from __future__ import annotations

import math
import sys
from numbers import Integral, Real
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from benchmarks.core.refusal import SpecError, shown
from benchmarks.suite.plugins import is_plugin

BASELINE_TRIALS = 8  # of the random search; a quick grid's


class _Values(NamedTuple):
    optimum: float
    baseline: float
    trials: int = BASELINE_TRIALS


class Constants(_Values):
    """Reference values; the score of a value v is 100 * (v - baseline) / (optimum - baseline).

    >>> import tunegrid as tg
    >>> tg.Constants(optimum=0.99, baseline=0.95)
    Constants(optimum=0.99, baseline=0.95, trials=8)

    Attributes:
        optimum: the best value known.
        baseline: the expected best of ``trials`` random configurations, each trained to its end.
        trials: the number of random configurations.

    Raises:
        SpecError: if a value is not finite, both are equal, or there are no trials.  In a module of a plug-in
            the trainable that is given them is refused in their place, and its neighbours are not.
    """

    __slots__ = ()

    def __new__(cls, optimum: float, baseline: float, trials: int = BASELINE_TRIALS) -> Self:
        constants = super().__new__(cls, optimum, baseline, trials)
        reason = constants.why_unusable()
        if reason and not is_plugin(sys._getframe(1).f_globals.get("__name__", "")):
            raise SpecError(reason)
        return constants

    def why_unusable(self, mode: str | None = None) -> str:
        """Return why they give no score, "" if they do; with a mode, its direction is checked too."""
        for name in ("optimum", "baseline"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
                return f"constants: {name} is {shown(value)}; expected a finite number"
        if isinstance(self.trials, bool) or not isinstance(self.trials, Integral) or self.trials < 1:
            return f"constants: trials is {shown(self.trials)}; expected a whole number, 1 or more"
        both = f"optimum {self.optimum!r} and baseline {self.baseline!r}"
        spread = float(self.optimum) - float(self.baseline)
        if not (spread and math.isfinite(spread) and math.isfinite(100 / spread)):
            return (
                f"constants: {both} are {'too far apart' if math.isinf(spread) else 'as good as equal'}: no "
                "score can be made of them; write the best value known as optimum and what random search "
                "reaches as baseline, or leave constants out"
            )
        if mode and (self.optimum > self.baseline) != (mode == "max"):
            return (
                f"constants: {both} do not fit mode {mode!r}: the optimum must be "
                f"{'above' if mode == 'max' else 'below'} the baseline; swap them, or write the other mode"
            )
        return ""


def expected_best(values: npt.NDArray[Any], maximised: bool, trials: int = BASELINE_TRIALS) -> float:
    """Return the mean of the best of ``trials`` values drawn with replacement.

    With the values sorted from the worst, the i-th of n is the best of k draws with probability
    (i/n)^k - ((i-1)/n)^k.

    Args:
        values: shape (n,), what random configurations reach; NaN counts as the worst of the others.
        maximised: whether more is better.
    """
    signed = np.where(np.isnan(values), -np.inf, values if maximised else -values)
    worst = signed[np.isfinite(signed)].min()
    ordered = np.sort(np.maximum(signed, worst))
    chance = np.diff((np.arange(len(ordered) + 1) / len(ordered)) ** trials)
    best = float(ordered @ chance)
    return best if maximised else -best
