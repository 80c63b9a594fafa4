"""The curves of a view, thin enough for a page: what a combination held on average, and each repetition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from results.curves import Axis, Floats
from results.pools import Combination
from results.report.views import View
from results.statistics.stratified import stratified_mean

AXES: tuple[Axis, ...] = ("epochs", "clock", "trials")

#: Numbers of all mean curves, and of all curves of repetitions, that a page shall have at most; it opens in a
#: moment with these.  A curve never has fewer points than ``FEWEST`` for it.
MEANS, STEPS = 400_000, 1_200_000
FEWEST, MOST = 12, 60


class Band(NamedTuple):
    """The mean of a combination at the points of the grid from ``start`` on; without limits if n is 1."""

    start: int
    mean: Floats
    low: Floats | None
    high: Floats | None


class Thin(NamedTuple):
    """Where the incumbent of one experiment improved; shape (points,) each."""

    x: Floats
    y: Floats


def points(curves: int, numbers: int) -> int:
    """Return how many points each of so many curves may have."""
    return int(np.clip(numbers // max(curves, 1), FEWEST, MOST))


def bands(view: View, axis: Axis, most: int) -> tuple[Floats, dict[Combination, Band]]:
    """Return a grid of at most ``most`` points, and the band of each combination on it.

    A repetition that ended holds its last value until the last one of its combination ends.
    """
    curves = view.pool.curves(axis)
    if not len(curves.x):
        return np.empty(0), {}
    grid = _grid(curves.x, most)
    cube = view.pool.cube(curves.at(grid))
    ends = np.nanmax(view.pool.cube(curves.ends), axis=(0, 1), initial=0.0)
    found = {}
    for pair, end, *rows in zip(view.pool.combinations, ends, *stratified_mean(cube), strict=True):
        inside = np.isfinite(rows[0]) & (grid <= end)
        mean, low, high = (row[inside] for row in rows)
        if len(mean):
            bare = not np.isfinite(low).all()
            found[pair] = Band(
                int(np.flatnonzero(inside)[0]), mean, None if bare else low, None if bare else high
            )
    return grid, found


def repetitions(view: View, axis: Axis, most: int) -> Iterator[tuple[str, Thin]]:
    """Yield the key and the curve of each experiment of a view, of at most ``most`` points.

    Where steps are left out, the curve lags behind: it never shows a value before it was found.
    """
    curves = view.pool.curves(axis)
    for key, start, end in zip(curves.keys, curves.starts[:-1], curves.starts[1:], strict=True):
        chosen = np.unique(np.linspace(start, max(end - 1, start), min(end - start, most)).round().astype(int))
        yield key, Thin(curves.x[chosen], curves.y[chosen])


def _grid(x: Floats, most: int) -> Floats:
    """Return points between the smallest and the largest x, half of them evenly, half by ratios."""
    first, last = float(x.min()), float(x.max())
    low = max(first, last * 1e-4)
    return np.unique(np.concatenate([np.linspace(low, last, most // 2), np.geomspace(low, last, most // 2)]))
