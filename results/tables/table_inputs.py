"""Inputs of tables: a run, its comparisons for rankings, and what stands in bold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from results.compare.budgets import WHOLE
from results.compare.captions import budget_in_words, repetitions, sentences
from results.compare.comparison import Comparison
from results.compare.doublings import by_speed_up
from results.compare.grouping import candidates
from results.compare.ranking import caution
from results.compare.run import Run
from results.compare.units import unit_in_words
from results.errors import ResultsError
from results.outputs import NotEnoughData
from results.store.parts import Combination
from results.types import LEVEL


class NothingToCompare(ResultsError, NotEnoughData):
    """No experiment has a result."""


@dataclass(frozen=True)
class TableInputs:
    """A run, and the folders that it was read from (where the provenance lies)."""

    run: Run
    folders: Sequence[Path] = ()

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """The comparisons for rankings of all numbers of workers; a slug is empty if there is one only.

        Raises:
            ResultsError: if there is nothing to compare.
        """
        experiments = self.run.experiments
        every: list[Comparison] = []
        none = f"none of {len(experiments)} experiments is ok; there is nothing to compare"
        errors: list[ResultsError] = [NothingToCompare(none)]
        for workers in sorted(experiments.loc[experiments["status"] == "ok", "workers"].dropna().unique()):
            try:
                every += candidates(self.run, int(workers), WHOLE)
            except ResultsError as error:
                errors.append(error)
        if not every:
            raise errors[-1]
        return [replace(one, slug=slug) for one, slug in zip(every, _slugs(every), strict=True)]


def each_task(comparison: Comparison) -> dict[str, Comparison]:
    """Return the comparison of each task that can be ranked alone; empty if there is one task only."""
    return {task: alone for task, alone in comparison.tasks_alone.items() if alone.complete.table.size}


def each_alike(comparison: Comparison) -> dict[str, Comparison]:
    """Return the same as ``each_task``, by what ``comparison`` is measured by, for tables that hold both."""
    return {
        task: (by_speed_up(alone) or alone) if comparison.doubled else alone
        for task, alone in each_task(comparison).items()
    }


def table_name(kind: str, comparison: Comparison) -> str:
    """Return the name of a table, unique among those of the run."""
    return f"{kind}-{comparison.slug}" if comparison.slug else kind


def caption(comparison: Comparison, measure: str = "") -> str:
    """Return what is counted, where, n, and what is left out: what every table's caption says.

    ``measure``: what is counted, if not the comparison's own.
    """
    sizes = comparison.experiments[["trials", "epochs", "time_budget", "budget"]].drop_duplicates()
    budget = "each task's largest budget"
    if len(sizes) == 1:
        budget = f"budget {budget_in_words(sizes.iloc[0].to_dict())}"
    n = repetitions(comparison.complete.counts)
    whole = f"{measure or comparison.measure}; {comparison.conditions}; {budget}; {n} a task."
    whole += unit_in_words(comparison)
    return " ".join([whole, *sentences(comparison.notes)])


def marked(comparison: Comparison, ranked: pd.DataFrame) -> tuple[set[Combination], str]:
    """Return the combinations to set in bold, and the rule in words, for a caption.

    Bold are those that cannot be told apart from the best; it is alone if it is better than all others.
    None is bold if there are too few repetitions for any such claim, or if nearly all would be.
    """
    if ranked.shape[0] < 2:
        return set(), "Nothing is in bold: there is one combination."
    if warning := caution(comparison):
        return set(), f"Nothing is in bold, as no claim is possible. {warning}."
    best = ranked[ranked["possible"]]
    if 4 * len(best) > 3 * len(ranked):
        return set(), f"Nothing is in bold: {len(best)} of {len(ranked)} cannot be told apart from the best."
    rule = (
        "Bold: the best, and all that cannot be told apart from it by one-sided paired t tests, Bonferroni-"
        f"corrected for {len(ranked) - 1} comparisons at {100 - 100 * LEVEL:.0f} % in all; the true best is "
        f"among them with a probability of {100 * LEVEL:.0f} % or more"
    )
    alone = " (it is alone: better than all others)" if len(best) == 1 else ""
    return set(zip(best["searcher"], best["scheduler"], strict=True)), f"{rule}{alone}."


def _kind(comparison: Comparison, speed_ups: bool) -> str:
    """Return what a comparison is of, beside those by the speed-up or, where there is none, by scores."""
    if comparison.doubled or (comparison.scored and not speed_ups):
        return ""
    return "scores" if comparison.scored else comparison.tasks[0]


def _slugs(comparisons: Sequence[Comparison]) -> list[str]:
    """Return for each comparison what tells it from the others, for the names of tables."""
    parts = [
        (
            str(one.settings["engine"]),
            str(one.settings["device"]),
            f"w{one.settings['workers']}",
            _kind(one, any(other.doubled for other in comparisons)),
        )
        for one in comparisons
    ]
    varying = [index for index in range(4) if len({part[index] for part in parts}) > 1]
    return ["-".join(part[index] for index in varying if part[index]) for part in parts]
