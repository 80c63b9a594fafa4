"""The colours of a heat map: the scale of the values as matplotlib's norm and colour map."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import Colormap, ListedColormap, Normalize

from results.compare.colour_scale import ColourScale
from results.figures.style import TAIL, sequential
from results.types import Mode

#: Share of the bar of colours that the tail has.
TAIL_SHARE = 0.2
_STEPS = 250


def colours_of(scale: ColourScale, mode: Mode) -> Colormap:
    """Return the colours from the worst to the best value, in the order of the values."""
    inside = sequential()
    if scale.tail:
        tail = int(_STEPS * TAIL_SHARE)
        both = [*TAIL(np.linspace(0, 1, tail)), *inside(np.linspace(0, 1, _STEPS - tail))]
        colours: Colormap = ListedColormap(both)
    else:
        colours = inside
    return colours if mode == "max" else colours.reversed()


class ScaleNorm(Normalize):
    """The place of a value on the bar of colours, by a ``ColourScale``."""

    def __init__(self, scale: ColourScale, mode: Mode) -> None:
        self.scale, self.mode = scale, mode
        low, high = sorted((scale.worst, scale.best))
        super().__init__(low, high if high > low else low + (abs(low) or 1.0) * 1e-9)

    def __call__(self, value: Any, clip: bool | None = None) -> Any:
        """Return the place on the bar, from 0 to 1; what is masked stays so."""
        values = np.ma.asarray(value, dtype=np.float64)
        places = self.scale.places(np.atleast_1d(values.filled(np.nan)))
        share = TAIL_SHARE if self.scale.tail else 0.0
        bar = np.where(places < 0, share * (1 + places), share + (1 - share) * places)
        bar = bar if self.mode == "max" else 1 - bar
        return np.ma.masked_invalid(bar.reshape(values.shape or (1,)))

    def inverse(self, value: Any) -> Any:
        """Return the value at a place on the bar."""
        bar = np.asarray(value, dtype=np.float64)
        bar = bar if self.mode == "max" else 1 - bar
        share = TAIL_SHARE if self.scale.tail else 0.0
        below = bar / share - 1 if share else bar
        return self.scale.values(np.where(bar < share, below, (bar - share) / (1 - share)))
