"""The headline of a comparison as plain data for the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from results.compare.comparison import Comparison
from results.compare.headline import INTERVALS, in_words
from results.compare.ranking import single
from results.compare.speedup import FAILURE, REGRET, SPEED_UP
from results.compare.units import metric_of
from results.store.parts import Combination

#: Columns of numbers in a row, behind the combination's index.
_NUMBERS = (
    *("speed_up", "speed_up_low", "speed_up_high", "lower_bounds", "regret", "regret_low", "regret_high"),
    *("failures", "runs", "failure_low", "failure_high"),
)
#: What one task has besides, in its metric.
_METRICS = ("validated", "noise_free", "test", "optimism", "optimism_low", "optimism_high")
DIGITS = 4


def headline_of(comparison: Comparison, indices: dict[Combination, int]) -> dict[str, Any]:
    """Return what the page shows of the headline; no rows where no distribution of a task is known.

    Returns:
        said: a sentence on the fastest, with one repetition how to repeat it; metric: the name of the task's,
        "" over several tasks; caption; and rows, in the order of ``results.compare.headline``: the
        combination's index and the columns above, None for what is unknown.
    """
    frame = comparison.headline
    if frame.empty:
        return {"said": "", "metric": "", "caption": "", "rows": []}
    names = [*_NUMBERS, *(_METRICS if "validated" in frame else ())]
    rows = [
        [indices[str(row["searcher"]), str(row["scheduler"])], *(_plain(row[name]) for name in names)]
        for row in frame.to_dict("records")
    ]
    known = int(comparison.outcomes["noise_free"].notna().sum())
    caption = (
        f"Speed-up over random search: {SPEED_UP}. Regret: {REGRET}. Failure rate: {FAILURE}. By the "
        f"incumbent's noise-free value, known of {known} of {len(comparison.outcomes)} runs, else by the "
        f"validated one. {INTERVALS}."
    )
    if "test" in frame and frame["test"].notna().any():
        caption += " Optimism: by how much the validated metric is better than the test metric."
    metric = metric_of(comparison)
    said = single(comparison) or f"{in_words(frame.iloc[0])}."
    return {"said": said, "metric": metric, "caption": caption, "rows": rows}


def _plain(value: Any) -> float | int | None:
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e9 else float(f"{number:.{DIGITS}g}")
