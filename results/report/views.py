"""Views: what a report shows at a time, one task or the mean score over tasks, at one place.

A place is an engine, a device, a budget and a number of workers; nothing is compared across places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from results.compare.budgets import WHOLE
from results.compare.choices import Choice, choices
from results.compare.pools import TASK, Pool, pools
from results.compare.run import Run
from results.compare.scores import SCALE
from results.errors import ResultsError
from results.recommend import ranking
from results.statistics.stratified import Means
from results.store.parts import Combination


class Cell(NamedTuple):
    """One combination in a view.

    Attributes:
        mean, low, high: over tasks and repetitions, with the 95 % t-interval; NaN where there is none.
        n: the fewest results on any task; 0 if it has no mean.
        asked: experiments, of any status.
        reasons: status and reason of each way in which an experiment of it failed.
    """

    mean: float
    low: float
    high: float
    n: int
    asked: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What is shown at a time.

    Attributes:
        task: its name; empty for all tasks of the place that have scores.
        pool: its experiments.  Where the task has no score, the pool's scores are the metric's values.
        metric: the score's name, or the metric's.
        scored: whether its values are scores.
        sign: 1 if a higher value is better, else -1.
        choice: the combinations with a result in every repetition; None if they cannot be ranked.
        obstacle: why not.
    """

    task: str
    pool: Pool
    metric: str
    scored: bool
    sign: int
    choice: Choice | None
    obstacle: str = ""

    @property
    def what(self) -> str:
        """What the values are, in words."""
        over = "" if len(self.pool.tasks) == 1 else f", mean over {len(self.pool.tasks)} tasks"
        if self.scored:
            return f"{self.metric} ({SCALE}){over}"
        return f"{self.metric} ({'higher' if self.sign > 0 else 'lower'} is better)"

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """See ``results.recommend.ranking``; without rows if there is no choice."""
        if self.choice is None:
            return pd.DataFrame()
        return ranking(self.choice, np.random.default_rng(0))  # the same numbers from the same results

    def cells(self) -> dict[Combination, Cell]:
        """Return each combination that was asked for."""
        pool = self.pool
        known = np.isfinite(pool.cube(pool.scores["score"].to_numpy())).sum(axis=0)
        fewest = dict(zip(pool.combinations, known.min(axis=0).tolist(), strict=True)) if known.size else {}
        asked = pool.experiments.groupby(["label", "scheduler"]).size()
        unknown = Means(*(np.array(np.nan),) * 3)
        found = {}
        for place, many in zip(asked.index.to_list(), asked.to_list(), strict=True):
            pair = (str(place[0]), str(place[1]))
            mean, low, high = (float(value) for value in pool.means.get(pair, unknown))
            found[pair] = Cell(mean, low, high, fewest.get(pair, 0), many, pool.why_not(*pair))
        return found


def views(run: Run) -> dict[str, list[View]]:
    """Return the views of each place, by what all experiments of the place have in common.

    Tasks whose baseline and optimum are known have scores, and a view of all of them together; any other task
    has its metric.  A task without any result has no view.

    Raises:
        ResultsError: if two experiments of a place are the same repetition of the same combination and task.
    """
    found: dict[str, list[View]] = {}
    covered: set[str] = set()
    for pool in pools(run):
        covered |= set(pool.experiments["key"])
        found.setdefault(_place(pool), []).extend(_scored(run, pool))
    rest = run.experiments[~run.experiments["key"].isin(covered)]
    for _, rows in rest.groupby("trainable"):
        # With these constants a score is the metric itself.
        plain = run.only(rows.assign(baseline=0.0, optimum=100.0))
        for pool in pools(plain):
            row = pool.experiments.dropna(subset=["metric"]).iloc[0]
            sign = -1 if row["mode"] == "min" else 1
            view = _view(run, pool.tasks[0], pool, str(row["metric"]), scored=False, sign=sign)
            found.setdefault(_place(pool), []).append(view)
    return found


def _scored(run: Run, pool: Pool) -> Iterator[View]:
    if len(pool.tasks) > 1:
        yield _view(run, "", pool, pool.score, scored=True, sign=1)
    for task in pool.tasks:
        for part in pools(pool.run.only(pool.experiments[pool.experiments["task"] == task])):
            yield _view(run, task, part, pool.score, scored=True, sign=1)


def _view(run: Run, task: str, pool: Pool, metric: str, *, scored: bool, sign: int) -> View:
    try:
        # The rows as they are stored: whether they have scores is for ``choices`` to see.
        own = run.only(pool.experiments["key"])
        found = choices(own, int(pool.setting.values["workers"]), WHOLE)
    except ResultsError as error:
        return View(task, pool, metric, scored, sign, None, str(error))
    return View(task, pool, metric, scored, sign, found[0])


def _place(pool: Pool) -> str:
    values = pool.setting.values
    return "; ".join(f"{name} {values[name]}" for name in values if name not in TASK)
