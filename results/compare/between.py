"""Differences between two runs: the same combination on the same task, repetition by repetition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.doublings import over_tasks
from results.compare.grouping import comparisons
from results.compare.run import Run
from results.compare.settings import COLUMNS
from results.statistics.stratified import Means, stratified_mean
from results.store.parts import Combination


class Difference(NamedTuple):
    """The means of a combination in two runs, and their difference.

    Attributes:
        first, second: its mean in each run, with its interval.
        change: of the second run less the first, over the repetitions that both have, paired; its interval
            is the t-interval of ``stratified_mean``.
        n: the fewest such repetitions of a task.
    """

    first: Means
    second: Means
    change: Means
    n: int


class RunDifference(NamedTuple):
    """The differences of two runs on one task, or over the same tasks.

    Attributes:
        runs: their names.
        first, second: the comparisons.
        settings: name, value in the first run, value in the second, of each setting that differs.
        rows: by combination, under the names that the parts have in both.
    """

    runs: tuple[str, str]
    first: Comparison
    second: Comparison
    settings: list[tuple[str, str, str]]
    rows: dict[Combination, Difference]


def differences(run: Run) -> Iterator[RunDifference]:
    """Yield what the first of several runs and each other one have in common.

    Of each task and device of the first run it is the comparison of the other run that agrees in the most
    settings, of those by the same metric.
    """
    names = [str(name) for name in run.folders]
    parts = {name: _alone(run, name) for name in names} if len(names) > 1 else {}
    for name in names[1:]:
        for first in parts[names[0]]:
            alike = [
                other
                for other in parts[name]
                if other.tasks == first.tasks
                and other.metric == first.metric
                and other.settings["device"] == first.settings["device"]
            ]
            if alike:
                second = min(alike, key=lambda other: len(_settings(first, other)))
                rows = _rows(first, second, (names[0], name))
                if rows:
                    yield RunDifference((names[0], name), first, second, _settings(first, second), rows)


def plain_name(label: str, run: str) -> str:
    """Return a searcher's label without the name of its run."""
    return label.replace(f" @ {run}", "")


def _alone(run: Run, name: str) -> list[Comparison]:
    rows = run.experiments[run.experiments["run"].astype(str) == name]
    found = list(comparisons(run.only(rows))) if len(rows) else []
    return [one for each in found for one in (over_tasks(each), *each.tasks_alone.values())]


def _settings(first: Comparison, second: Comparison) -> list[tuple[str, str, str]]:
    values = [(name, first.settings.get(name), second.settings.get(name)) for name in COLUMNS]
    return [(name.replace("_", " "), _plain(a), _plain(b)) for name, a, b in values if _plain(a) != _plain(b)]


def _plain(value: Any) -> str:
    return "none" if value is None or value is pd.NA else str(value)


def _rows(first: Comparison, second: Comparison, runs: tuple[str, str]) -> dict[Combination, Difference]:
    tables = [_values(one, name) for one, name in zip((first, second), runs, strict=True)]
    means = [
        {(plain_name(pair[0], name), pair[1]): mean for pair, mean in one.means.items()}
        for one, name in zip((first, second), runs, strict=True)
    ]
    rows: dict[Combination, Difference] = {}
    for pair in means[0]:
        if pair not in means[1]:
            continue
        change = (tables[1][pair] - tables[0][pair]).unstack("trainable").reindex(columns=first.tasks)
        cube = change.to_numpy(dtype=np.float64)
        found = stratified_mean(cube) if cube.size else Means(*(np.array(np.nan),) * 3)
        fewest = int(np.isfinite(cube).sum(axis=0).min()) if cube.size else 0
        rows[pair] = Difference(means[0][pair], means[1][pair], found, fewest)
    return rows


def _values(comparison: Comparison, run: str) -> dict[Combination, pd.Series]:
    """Return the values of each combination, by repetition and task."""
    rows = comparison.outcomes
    rows = rows.assign(searcher=[plain_name(str(name), run) for name in rows["searcher"]])
    return {
        (str(pair[0]), str(pair[1])): group.set_index(["repetition", "trainable"])["value"]
        for pair, group in rows.groupby(["searcher", "scheduler"])
    }
