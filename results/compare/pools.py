"""A pool: experiments on all tasks that have scores, and that may be compared: one budget, one place.

What a setting is for one task's metric, a pool is for the scores of several tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.compare.choices import complete
from results.compare.incumbents import Curves
from results.compare.run import Run
from results.compare.scores import score_curves, score_frame, score_name
from results.compare.settings import COLUMNS, OLDER, Setting, budgets, repetitions, slug_of, why_failed
from results.errors import ResultsError
from results.statistics.stratified import Means, stratified_mean
from results.store import parts
from results.store.parts import Combination
from results.types import Axis, Floats

#: What tells the tasks of a pool apart; experiments that differ in anything else are in different pools.
TASK = ("trainable", "data", "train_size")
_PLACE = tuple(name for name in COLUMNS if name not in TASK)


@dataclass(frozen=True)
class Pool:
    """What one figure of scores is about.

    Attributes:
        setting: what all experiments have in common; "trainable" names the tasks.
        tasks: those with scores, sorted.
        experiments: one row an experiment, of any status, on these tasks, with columns task and label, the
            name under which the searcher is shown.
        run: the experiments' rows.
    """

    setting: Setting
    tasks: list[str]
    experiments: pd.DataFrame
    run: Run

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The rows of ``score_frame`` with a finite score; searchers by their labels, trainables by tasks."""
        frame = score_frame(self.run)
        own = self.experiments.set_index("key").loc[frame["key"]]
        frame = frame.assign(trainable=own["task"].to_numpy(), searcher=own["label"].to_numpy())
        finite: pd.DataFrame = frame[np.isfinite(frame["score"])]
        return finite.reset_index(drop=True)

    @cached_property
    def combinations(self) -> list[Combination]:
        """(searcher, scheduler) of those that have a score on every task, sorted."""
        on = self.scores.groupby(["searcher", "scheduler"])["trainable"].nunique()
        return [(str(a), str(b)) for a, b in on[on == len(self.tasks)].index]

    @property
    def searchers(self) -> list[str]:
        """All that were asked for, by their labels."""
        return sorted(set(self.experiments["label"]))

    @property
    def schedulers(self) -> list[str]:
        """All that were asked for."""
        return sorted(set(self.experiments["scheduler"]))

    @cached_property
    def means(self) -> dict[Combination, Means]:
        """The mean score at the end of each combination, over tasks, with its t-interval."""
        found = stratified_mean(self.cube(self.scores["score"].to_numpy()))
        return {
            pair: Means(*row) for pair, row in zip(self.combinations, zip(*found, strict=True), strict=True)
        }

    def cube(self, values: Floats) -> Floats:
        """Return what belongs to the rows of ``scores`` by repetition, task and combination.

        Args:
            values: shape (rows of ``scores``, ...).

        Returns:
            Shape (repetitions, tasks, combinations, ...), NaN where there is none.
        """
        repetition, task, combination = self._places
        made = np.full(
            (int(repetition.max(initial=0)) + 1, len(self.tasks), len(self.combinations), *values.shape[1:]),
            np.nan,
        )
        inside = combination >= 0
        made[repetition[inside], task[inside], combination[inside]] = values[inside]
        return made

    @cached_property
    def _places(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        frame = self.scores
        pairs = pd.MultiIndex.from_frame(frame[["searcher", "scheduler"]])
        known = pd.MultiIndex.from_tuples(self.combinations, names=["searcher", "scheduler"])
        return (
            pd.factorize(frame["repetition"], sort=True)[0],
            pd.Index(self.tasks).get_indexer(pd.Index(frame["trainable"])),
            known.get_indexer(pairs),
        )

    def curves(self, axis: Axis) -> Curves:
        """Return the incumbents' scores, in the order of the rows of ``scores``."""
        return score_curves(self.run, axis)[1].only(self.scores["key"])

    @cached_property
    def _whole(self) -> tuple[pd.DataFrame, list[str]]:
        return complete(self.scores.assign(label=self.scores["searcher"]), "score")

    @property
    def complete(self) -> pd.DataFrame:
        """Scores at the end without a gap, (trainable, repetition) x (searcher, scheduler).

        Ranks and paired tests need them; ``incomplete`` says what they leave out.
        """
        return self._whole[0]

    @property
    def incomplete(self) -> list[str]:
        """A sentence each about what ``complete`` leaves out."""
        return self._whole[1]

    def pairs(self, table: pd.DataFrame) -> list[Combination]:
        """Return the combinations of the columns of ``complete``."""
        columns: list[Any] = table.columns.to_list()
        return [(str(searcher), str(scheduler)) for searcher, scheduler in columns]

    def by_task(self, table: pd.DataFrame, values: Floats) -> Floats:
        """Return what belongs to the rows of ``complete``, (rows, ...), as (repetitions, tasks, ...)."""
        tasks = table.index.get_level_values("trainable")
        number = table.groupby(level="trainable").cumcount().to_numpy()
        made = np.full((int(number.max()) + 1, len(self.tasks), *values.shape[1:]), np.nan)
        made[number, pd.Index(self.tasks).get_indexer(tasks)] = values
        return made

    def why_not(self, searcher: str, scheduler: str) -> tuple[str, ...]:
        """Return status and reason of each way in which a combination failed, a line each."""
        return self._reasons.get((searcher, scheduler), ())

    @cached_property
    def _reasons(self) -> dict[Combination, tuple[str, ...]]:
        found: dict[Combination, list[str]] = {}
        fine = self.experiments["key"].isin(self.scores["key"])
        for row in self.experiments[~fine].sort_values(["task", "repetition"]).to_dict("records"):
            found.setdefault((row["label"], row["scheduler"]), []).append(why_failed(row))
        return {pair: tuple(dict.fromkeys(said)) for pair, said in found.items()}

    @property
    def score(self) -> str:
        """What its scores are called."""
        return self.setting.metric

    @cached_property
    def base(self) -> Combination | None:
        """Plain random search with full training; None if nobody knows one."""
        return parts.base(self.experiments, "label")

    @property
    def counts(self) -> list[int]:
        """How many scores each combination has on each task."""
        return [int(n) for n in np.isfinite(self.cube(self.scores["score"].to_numpy())).sum(axis=0).ravel()]

    @property
    def over(self) -> str:
        """Over what scores are averaged, for captions."""
        return "repetitions" if len(self.tasks) == 1 else "tasks of each task's mean over repetitions"

    def caption(self) -> str:
        """Return the sentence that every caption ends with."""
        each = "" if len(self.tasks) == 1 else f" of each of {len(self.tasks)} tasks"
        return self.setting.caption(f"{repetitions(self.counts)}{each}")


def pools(run: Run) -> Iterator[Pool]:
    """Yield the pools of ``run``, none if no task has scores.

    Raises:
        ResultsError: if two experiments of a pool are the same repetition of the same combination and task.
    """
    experiments = run.experiments
    known = _known(experiments)
    tasks = experiments.loc[known, list(TASK)].drop_duplicates()
    own = experiments.merge(tasks, on=list(TASK), how="inner")
    if own.empty:
        return
    own = own.fillna(OLDER)
    own["task"] = _task_names(own)
    varying = [name for name in _PLACE if own[name].nunique(dropna=False) > 1]
    for values, rows in own.groupby(list(_PLACE), dropna=False):
        named = dict(zip(_PLACE, values, strict=True))
        scored = sorted(set(rows.loc[_known(rows), "task"]))
        if scored:
            yield _pool(run, named, varying, scored, rows[rows["task"].isin(scored)])


def _known(experiments: pd.DataFrame) -> pd.Series:
    """Return which experiments have a score."""
    numbers = experiments[["baseline", "optimum", "best"]].to_numpy(dtype=np.float64, na_value=np.nan)
    known: pd.Series = (experiments["status"] == "ok") & np.isfinite(numbers).all(axis=1)
    return known


def _task_names(experiments: pd.DataFrame) -> pd.Series:
    """Return the trainable, and what data if the run has it with several."""
    variants = experiments.drop_duplicates(list(TASK)).groupby("trainable").size()
    several = experiments["trainable"].map(variants) > 1
    size = experiments["train_size"].map(lambda n: f", first {n}" if pd.notna(n) and n else "")
    longer = experiments["trainable"] + " (data " + experiments["data"] + size + ")"
    return experiments["trainable"].where(~several, longer).astype(str)


def _pool(run: Run, named: dict[str, Any], varying: list[str], tasks: list[str], rows: pd.DataFrame) -> Pool:
    cell = ["task", "searcher", "scheduler", "repetition"]
    if (twice := rows[rows.duplicated(cell)]).size:
        which = ", ".join(str(value) for value in twice.iloc[0][cell])
        raise ResultsError(
            f"two experiments are {which}, and in no setting of a pool do they differ; "
            "keep them in separate runs"
        )
    values = named | {name: rows[name].iloc[0] for name in TASK[1:] if rows[name].nunique() == 1}
    values = {"data": "of each task", "train_size": 0} | values
    several = ", ".join(tasks) if len(tasks) <= 4 else f"{len(tasks)} tasks"
    slug = slug_of(values | {"trainable": tasks[0] if len(tasks) == 1 else f"{len(tasks)}-tasks"}, varying)
    name = score_name(rows["metric"])
    setting = Setting(values | {"trainable": several}, name, "max", slug, budgets(rows))
    return Pool(setting, tasks, rows.assign(label=rows["searcher"].map(setting.label)), run.only(rows))
