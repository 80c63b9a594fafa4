"""Curves for a page: the mean and the median incumbent of each combination, and thinned repetitions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from results.compare.comparison import Comparison
from results.compare.convergence import course, regrets
from results.compare.curves import Curves
from results.statistics.stratified import stratified_mean
from results.store.parts import Combination
from results.types import Axis, Floats

#: Axes of every page, which budgets can be on too; and all of them.
STAGED: tuple[Axis, ...] = ("epochs", "clock", "trials")
AXES: tuple[Axis, ...] = (*STAGED, "trainings")

#: Numbers of all mean curves, and of all curves of repetitions, that a page shall have at most; it opens in a
#: moment with these.  A curve never has fewer points than ``FEWEST`` for it.
MEANS, STEPS = 400_000, 1_200_000
FEWEST, MOST = 12, 60


class Band(NamedTuple):
    """The mean of a combination, with its interval; without limits if a task has one repetition.

    Attributes:
        start: the first point is ``grid[start]``, and the others follow, but for the last.
        end: where the last point lies, and the last repetition ends.
        mean, low, high: shape (points,).
        quartiles: of all repetitions and tasks: median, lower and upper quartile, shape (3, points).
    """

    start: int
    end: float
    mean: Floats
    low: Floats | None
    high: Floats | None
    quartiles: Floats | None


def axes_of(comparisons: Iterable[Comparison]) -> tuple[Axis, ...]:
    """Return the axes of comparisons; full trainings only if all that was trained has a cost."""
    every = [one.curves("trainings").ends for one in comparisons]
    return AXES if all(np.isfinite(ends).all() for ends in every) else STAGED


def points(curves: int, numbers: int) -> int:
    """Return how many points each of ``curves`` curves may have."""
    return int(np.clip(numbers // max(curves, 1), FEWEST, MOST))


def measures(comparison: Comparison, axis: Axis) -> dict[str, Curves]:
    """Return the curves of a comparison by what they are of, that of its answer first.

    Of one task: "score" (where the answer is one), "metric", and "regret" where it is known; over tasks what
    ``course`` gives.
    """
    own = course(comparison, axis)
    if len(comparison.tasks) > 1:
        return {"regret" if comparison.doubled else "score": own}
    found = {"score" if comparison.scored else "regret" if comparison.doubled else "metric": own}
    keys = comparison.outcomes["key"]
    for name, curves in (("metric", comparison.run.curves(axis).only(keys)), ("regret", None)):
        if name not in found:
            curves = regrets(comparison, axis) if curves is None else curves
            if len(curves.y) and np.isfinite(curves.y).all():
                found[name] = curves
    return found


def bands(
    comparison: Comparison, curves: Curves, most: int, quartiles: bool = True
) -> tuple[Floats, dict[Combination, Band]]:
    """Return a grid of at most ``most`` points, and the band of each combination on it.

    A band begins where all repetitions have found something; one that ended holds its last value until the
    last one of its combination ends.
    """
    if not len(curves.x):
        return np.empty(0), {}
    grid = _grid(curves.x, most)
    cube = comparison.cube(curves.at(np.append(grid, np.inf)))
    ends = np.nanmax(comparison.cube(curves.ends), axis=(0, 1), initial=0.0)
    begun = np.isfinite(cube).sum(axis=0)
    inside = (begun == begun[..., -1:]).all(axis=0) & (np.append(grid, -np.inf) < ends[:, None])
    bands_of = {}
    for place, (pair, end, points_inside, *rows) in enumerate(
        zip(comparison.combinations, ends, inside, *stratified_mean(cube), strict=True)
    ):
        mean, low, high = (row[points_inside] for row in rows)
        known = bool(np.isfinite(low).all())
        start = int(np.flatnonzero(points_inside)[0])
        middle = _quartiles(cube[:, :, place, points_inside]) if quartiles and known else None
        bands_of[pair] = Band(
            start, float(end), mean, low if known else None, high if known else None, middle
        )
    return grid, bands_of


def _quartiles(values: Floats) -> Floats:
    """Return median, lower and upper quartile at each point, shape (3, points).

    Args:
        values: shape (repetitions, tasks, points), NaN at all points where a repetition is missing.
    """
    flat = values.reshape(-1, values.shape[-1])
    there = flat[np.isfinite(flat).all(axis=1)]  # not nanquantile, which takes one point after the other
    found: Floats = np.quantile(there, [0.5, 0.25, 0.75], axis=0)
    return found


def thinned(curves: Curves, most: int) -> Curves:
    """Return curves of at most ``most`` points each.

    Where steps are left out, a curve lags behind: it never shows a value before it was found.
    """
    chosen = [
        np.arange(start, end)
        if end - start <= most
        else np.linspace(start, end - 1, most).round().astype(np.intp)
        for start, end in zip(curves.starts[:-1], curves.starts[1:], strict=True)
    ]
    steps = np.concatenate([np.empty(0, dtype=np.intp), *chosen])
    starts = np.concatenate([[0], np.cumsum([len(one) for one in chosen])]).astype(np.intp)
    return Curves(curves.keys, starts, curves.x[steps], curves.y[steps])


def _grid(x: Floats, most: int) -> Floats:
    """Return points between the smallest and the largest x, half of them evenly, half by ratios."""
    first, last = float(x.min()), float(x.max())
    low = max(first, last * 1e-4)
    if not low > 0:  # nothing took any time
        return np.unique([first, last])
    return np.unique(np.concatenate([np.linspace(low, last, most // 2), np.geomspace(low, last, most // 2)]))
