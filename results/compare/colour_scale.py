"""The colour scale of a map of combinations: one rule for figures and report.

The colours go from the best value to a limit that failures cannot move.  What lies beyond it has colours of
its own, graded too: a little worse and hopeless do not look alike.  Limits are numbers as the cells show
them, so that no cell that shows the limit counts as beyond it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.numerals import UNKNOWN, Numerals
from results.types import Floats, Mode

#: Of fewer values all lie inside: they have colours enough.
FEWEST = 8
#: The limit lies this many times as far below the median as the best value lies above it.
REACH = 2.0
#: What a limit must save of the range of all values; one that saves less is none.
SAVED = 1 / 3
#: Digits of a ratio, on whose scale limits are rounded.
_DIGITS = 2


class ColourScale(NamedTuple):
    """The scale of the colours of values.

    Attributes:
        best: the best value, where the colours end.
        limit: the worst value inside the colours, as the cells show it.
        worst: the worst value of all, where the colours of the tail end; ``limit`` if there is no tail.
        logarithmic: whether the values are ratios, whose logarithms count.
        written: the notation of the cells, if they are rounded.
    """

    best: float
    limit: float
    worst: float
    logarithmic: bool = False
    written: Numerals | None = None

    @classmethod
    def of(
        cls, values: Floats, mode: Mode, written: Numerals | None = None, *, logarithmic: bool = False
    ) -> ColourScale:
        """Return the scale of the values of combinations.

        Args:
            values: shape (combinations,); what is not finite does not count.
            mode: whether a higher value is better ("max") or a lower one.
            written: the notation of the cells, to whose last digit the ends are rounded.
            logarithmic: the values are ratios, above 0.
        """
        sign = 1.0 if mode == "max" else -1.0
        known = np.asarray(values, dtype=np.float64)
        known = known[np.isfinite(known) & ((known > 0) | (not logarithmic))]
        if not known.size:
            return cls(1.0, 1.0 if logarithmic else 0.0, 1.0 if logarithmic else 0.0, logarithmic, written)
        shown = _as_shown(known, written, logarithmic)
        ends = sign * np.array(_ends(sign * (np.log(shown) if logarithmic else shown)))
        best, limit, worst = _as_shown(np.exp(ends) if logarithmic else ends, written, logarithmic).tolist()
        return cls(best, limit, worst, logarithmic, written)

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper end of the colours without the tail."""
        return min(self.best, self.limit), max(self.best, self.limit)

    @property
    def tail(self) -> bool:
        """Whether any value lies beyond the limit."""
        return self.worst != self.limit

    def places(self, values: Floats) -> Floats:
        """Return the place of each value among the colours, any shape; NaN where there is no value.

        From 0 at the limit to 1 at the best, in proportion; from 0 down to -1 at the worst of the tail, by
        the logarithm of how far it lies beyond.  If all values are alike, 1/2.
        """
        best, limit, worst = (self._height(end) for end in (self.best, self.limit, self.worst))
        shown = _as_shown(np.asarray(values, dtype=np.float64), self.written, self.logarithmic)
        above = self._height(shown) - limit  # with the sign of the scale
        if best == limit and worst == limit:
            return np.where(np.isnan(above), np.nan, 0.5)
        reach = best - limit if best != limit else limit - worst
        above, most = above / reach, float((limit - worst) / reach)
        inside = np.clip(above, 0.0, 1.0) if best != limit else np.where(np.isnan(above), np.nan, 1.0)
        if most == 0:
            return inside
        beyond = np.clip(-above, 0.0, most)
        places: Floats = np.where(above < 0, -np.log1p(beyond) / np.log1p(most), inside)
        return places

    def values(self, places: Floats) -> Floats:
        """Return the values at places among the colours, the inverse of ``places`` without rounding."""
        best, limit, worst = (self._height(end) for end in (self.best, self.limit, self.worst))
        at = np.asarray(places, dtype=np.float64)
        reach = best - limit if best != limit else limit - worst
        most = float((limit - worst) / reach) if reach else 0.0
        below = -np.expm1(-np.minimum(at, 0.0) * np.log1p(most))
        heights: Floats = limit + reach * np.where(at < 0, below, at)
        return np.exp(heights) if self.logarithmic else heights

    def _height(self, value: Floats | float) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            height: Floats = np.log(value) if self.logarithmic else np.asarray(value, dtype=np.float64)
        return height


def _ends(heights: Floats) -> tuple[float, float, float]:
    """Return the best, the limit and the worst of heights, of which a larger one is better."""
    best, worst, middle = float(heights.max()), float(heights.min()), float(np.median(heights))
    limit = middle - REACH * (best - middle)
    inside = heights[heights >= limit]
    if len(heights) < FEWEST or limit - worst <= SAVED * (best - worst):
        return best, worst, worst
    return best, float(inside.min()), worst


def _as_shown(values: Floats, written: Numerals | None, logarithmic: bool) -> Floats:
    """Return values rounded like the numbers in the cells."""
    if logarithmic:
        texts = [f"{value:.{_DIGITS - 1}e}" for value in values.ravel().tolist()]
    elif written is None:
        return values
    else:
        texts = [written(value).replace(UNKNOWN, "nan") for value in values.ravel().tolist()]
    shown: Floats = np.array(list(map(float, texts)), dtype=np.float64).reshape(values.shape)
    return shown
