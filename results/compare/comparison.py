"""A comparison: experiments that may be compared with one another, and what they reached.

``results.compare.grouping.comparisons`` makes them, and states the rule.  Figures, tables, the report, the
recommendation, power and pairing all take them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from results.compare.blocks import CompleteBlocks, complete_blocks
from results.compare.budgets import at_budget
from results.compare.captions import repetitions, settings_in_words
from results.compare.compared import ComparedExperiments
from results.compare.cube import CubeIndex
from results.compare.curves import Curves
from results.compare.headline import headline
from results.compare.notes import notes
from results.compare.ranking import ranking
from results.compare.reasons import reasons
from results.compare.scores import SCALE, score_curves, score_name
from results.compare.settings import TASK
from results.compare.speedup import LOG_SCALE
from results.compare.units import unit_in_words
from results.statistics.stratified import Means, stratified_mean
from results.store.parts import Combination
from results.types import Axis, Floats


@dataclass(frozen=True)
class Comparison(ComparedExperiments):
    """Experiments that may be compared, and what they reached."""

    # How it is described

    @property
    def measure(self) -> str:
        """The values of ``complete`` in words."""
        names = self.complete.task_names
        over = f"of {names[0]}" if len(names) == 1 else f"mean over {len(names)} tasks: {', '.join(names)}"
        if self.scored or self.doubled:
            return f"{self.metric} ({SCALE if self.scored else LOG_SCALE}), {over}"
        return f"{self.metric} {over}, {'higher' if self.sign > 0 else 'lower'} is better"

    def caption(self, n: str = "") -> str:
        """Return what every figure's caption ends with; ``n`` says how many repetitions."""
        each = "" if len(self.tasks) == 1 else f" of each of {len(self.tasks)} tasks"
        words = settings_in_words(self.settings, n or f"{repetitions(self.counts)}{each}")
        return f"{words}{unit_in_words(self)}" if self.scored else words

    def why_not(self, searcher: str, scheduler: str) -> tuple[str, ...]:
        """Return status and reason of each way in which a combination failed, a line each."""
        return self._reasons.get((searcher, scheduler), ())

    @cached_property
    def _reasons(self) -> dict[Combination, tuple[str, ...]]:
        return reasons(self.experiments[~self.experiments["key"].isin(self.outcomes["key"])])

    # What they reached

    @cached_property
    def _ok(self) -> pd.DataFrame:
        """The ok experiments with their values at the budget; NaN where there is none yet."""
        rows = at_budget(self.run, self.budget)
        value = rows["doublings"] if self.doubled else rows["score"] if self.scored else rows["value"]
        return rows.assign(
            validated=rows["value"], value=value, trainable=rows["task"], searcher=rows["label"]
        )

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row an ok experiment with a finite value: "value", and the columns of ``at_budget``.

        Searchers go by their labels, trainables by the tasks' names; "validated" is the tuned metric, also
        where the values are scores.
        """
        rows = self._ok
        finite: pd.DataFrame = rows[np.isfinite(rows["value"]) & rows["task"].isin(self.tasks)]
        return finite.reset_index(drop=True)

    @property
    def ended_early(self) -> pd.Series:
        """Of each ok experiment, whether it ended before the budget."""
        return self._ok["ended"]

    @cached_property
    def combinations(self) -> list[Combination]:
        """(searcher, scheduler) of those that have a value on every task, sorted."""
        on = self.outcomes.groupby(["searcher", "scheduler"])["trainable"].nunique()
        return [(str(a), str(b)) for a, b in on[on == len(self.tasks)].index]

    @cached_property
    def means(self) -> dict[Combination, Means]:
        """The mean value of each combination, over tasks, with its t-interval."""
        means = stratified_mean(self.cube(self.outcomes["value"].to_numpy()))
        return {
            pair: Means(*row) for pair, row in zip(self.combinations, zip(*means, strict=True), strict=True)
        }

    @property
    def counts(self) -> list[int]:
        """The number of values of each combination on each task."""
        return [int(n) for n in np.isfinite(self.cube(self.outcomes["value"].to_numpy())).sum(axis=0).ravel()]

    def cube(self, values: Floats) -> Floats:
        """Return what belongs to the rows of ``outcomes`` by repetition, task and combination.

        Args:
            values: shape (rows of ``outcomes``, ...).

        Returns:
            Shape (repetitions, tasks, combinations, ...), NaN where there is none.
        """
        return self._cube_index.cube(values)

    @cached_property
    def _cube_index(self) -> CubeIndex:
        return CubeIndex.of(self.outcomes, self.tasks, self.combinations)

    def curves(self, axis: Axis) -> Curves:
        """Return the incumbents' values, in the order of the rows of ``outcomes``."""
        curves = score_curves(self.run, axis)[1] if self.scored else self.run.curves(axis)
        return curves.only(self.outcomes["key"])

    # What can be ranked

    @cached_property
    def complete(self) -> CompleteBlocks:
        """The values that all combinations have in the same repetitions; empty if there are none."""
        asked = self.experiments.assign(trainable=self.experiments["task"])
        return complete_blocks(self._ok, "value", asked[asked["trainable"].isin(self.tasks)])

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """See ``results.compare.ranking.ranking``; the same numbers from the same results."""
        return ranking(self)

    @cached_property
    def headline(self) -> pd.DataFrame:
        """See ``results.compare.headline.headline``."""
        return headline(self)

    @property
    def notes(self) -> list[str]:
        """See ``results.compare.notes.notes``."""
        return notes(self)

    # Each task by itself

    @cached_property
    def tasks_alone(self) -> dict[str, Comparison]:
        """A comparison of each task by itself; empty if there is one task only."""
        return {task: self._alone(task) for task in self.tasks} if len(self.tasks) > 1 else {}

    def _alone(self, task: str) -> Comparison:
        rows, counted = (frame[frame["task"] == task] for frame in (self.experiments, self.run.experiments))
        data = {name: counted[name].iloc[0] for name in TASK[1:]}
        return replace(
            self,
            settings=self.settings | data | {"trainable": task},
            tasks=[task],
            metric=score_name(counted["metric"]),
            scored=True,
            doubled=False,
            slug=f"{self.slug}-{task}",
            experiments=rows,
            run=self.run.only(counted),
            others={name: note for name, note in self.others.items() if name == task},
        )
