"""Helpers of panels: margins, logarithmic axes, notes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from results.compare.reasons import reason_line
from results.figures.style import GREY
from results.figures.typesetting import wrap
from results.numerals import PLAIN, tick

NOTE = 6.3  # type size
_SPACING = 1.3


def margins(limits: tuple[float, float], share: float = 0.05) -> tuple[float, float]:
    """Widen ``limits`` by a share of their span on both sides; of a point, by something visible."""
    low, high = limits
    pad = share * (high - low) or 0.05 * abs(high) or 0.5
    return low - pad, high + pad


def below(panel: Axes, means: ArrayLike) -> list[str]:
    """Return, for a caption, how many of the means lie below the axis; nothing if none does."""
    values = np.ravel(np.asarray(means, dtype=np.float64))
    hidden = values[values < panel.get_ylim()[0]]
    if not hidden.size:
        return []
    lie = "means lie" if hidden.size > 1 else "mean lies"
    return [f"{hidden.size} {lie} below the axis (down to {PLAIN(hidden.min())})."]


def logarithmic(panel: Axes, low: float, high: float) -> None:
    """Make the horizontal axis logarithmic from ``low`` to ``high``, with a few plain numbers."""
    panel.set_xscale("log")
    panel.set_xlim(low, high)
    panel.xaxis.set_major_locator(FixedLocator(log_ticks(low, high)))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    panel.xaxis.set_minor_locator(NullLocator())


def log_ticks(low: float, high: float) -> list[float]:
    """Return at most five numbers between the limits: powers of ten, and more if those are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine = (1, 1.5, 2, 3, 4, 5, 6, 8)
    for steps, every in ((fine, 1), ((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        ticks = [step * 10.0**power for power in powers if power % every == 0 for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= 5:
            break
    return inside


def why_empty(experiment: Any) -> tuple[str, str]:
    """Return status and reason, in one line, of an experiment's row."""
    return str(experiment["status"]), reason_line(experiment["reason"])


def explain(axis: Axes, status: str, reason: str, *, room: tuple[float, float], empty: bool) -> None:
    """Write into the panel why it is empty, or in its title that what it shows is not whole.

    Args:
        room: inches of width and height for the text.
        empty: nothing was drawn.
    """
    if not empty:
        axis.set_title(f"{status}, partial", loc="right", fontsize=NOTE, fontweight="normal", color=GREY)
        return
    lines = wrap(reason, room[0], NOTE)
    most = max(1, int(room[1] / (1.04 * _SPACING * NOTE / 72)) - 1)  # the status has a line too
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + " …"]
    axis.set_facecolor("#F5F5F5")
    axis.grid(False)
    axis.text(
        0.5,
        0.5,
        "\n".join([status, *lines]),
        transform=axis.transAxes,
        ha="center",
        va="center",
        fontsize=NOTE,
        color=GREY,
        linespacing=_SPACING,
    )
