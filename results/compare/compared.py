"""Experiments that may be compared: their settings, tasks and parts, and how these are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from results.compare.budgets import WHOLE, Budget
from results.compare.captions import (
    clock_axis,
    clock_unit,
    conditions,
    label,
    searcher_budgets,
    title,
)
from results.compare.run import Run
from results.store import parts
from results.store.parts import Combination
from results.types import Mode


@dataclass(frozen=True)
class ComparedExperiments:
    """Experiments that may be compared: by one task's metric, or by the scores of one task or several.

    Attributes:
        settings: the value of each of ``results.compare.settings.COLUMNS`` that all have in common;
            "trainable" names the tasks.
        tasks: their names, sorted.
        metric: the name of the values: the score's, or the metric's; empty if it is unknown.
        mode: whether a higher ("max") or a lower ("min") value is better.
        scored: whether the values are scores.
        slug: a part of file names that tells it from the other comparisons of the run.
        experiments: one row an experiment, of any status, with columns task and label, the name under which
            the searcher is shown.
        run: the rows of these experiments; where only the largest setting of a task counts, of those that are
            ok and count, whether or not their tasks have a complete block.
        budget: at which the values are taken.
        others: task -> a note on its other settings, which do not count.
        doubled: whether the values are base-2 logarithms of the speed-up over random search
            (``results.compare.doublings``).
    """

    settings: dict[str, Any]
    tasks: list[str]
    metric: str
    mode: Mode
    scored: bool
    slug: str
    experiments: pd.DataFrame
    run: Run
    budget: Budget = WHOLE
    others: Mapping[str, str] = field(default_factory=dict)
    doubled: bool = False

    # What it is called

    @property
    def sign(self) -> int:
        """1 if a higher value is better, else -1."""
        return 1 if self.mode == "max" else -1

    @property
    def title(self) -> str:
        """``trainable on device``, for a figure's heading."""
        return title(self.settings)

    @property
    def clock(self) -> str:
        """The label of a time axis, with the unit."""
        return clock_axis(str(self.settings["engine"]))

    @property
    def unit(self) -> str:
        """The unit of time in words, for captions."""
        return clock_unit(str(self.settings["engine"]))

    @property
    def conditions(self) -> str:
        """Engine with its clock, device, workers."""
        return conditions(self.settings)

    @property
    def over(self) -> str:
        """Over what values are averaged, for captions."""
        return "repetitions" if len(self.tasks) == 1 else "tasks of each task's mean over repetitions"

    @cached_property
    def _budgets(self) -> dict[str, float]:
        return searcher_budgets(self.experiments)

    def label(self, searcher: Any) -> str:
        """Return the name by which every figure and table shows a searcher."""
        return label(str(searcher), self._budgets.get(str(searcher), 1.0))

    # What was asked for

    @property
    def searchers(self) -> list[str]:
        """The labels of all searchers that were asked for, sorted."""
        return sorted(set(self.experiments["label"]))

    @property
    def schedulers(self) -> list[str]:
        """All that were asked for, sorted."""
        return sorted(set(self.experiments["scheduler"]))

    @cached_property
    def base(self) -> Combination | None:
        """Plain random search with full training, whether or not it has a value; None if unknown."""
        return parts.base(self.experiments, "label")

    @cached_property
    def nested(self) -> list[tuple[str, str]]:
        """The pairs of searchers, by their labels, that are never tested against each other."""
        return parts.nested(self.experiments, "label")
