"""What tables are made from: a run, and in it what may be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from results.compare.budgets import WHOLE
from results.compare.choices import Choice, choices
from results.compare.run import Run
from results.compare.settings import OLDER, budget_in_words, labels, repetitions
from results.errors import ResultsError
from results.outputs import TooLittle
from results.recommend import LEVEL, caution, ranking


class Nothing(ResultsError, TooLittle):
    """No experiment has a result, so that there is nothing to compare."""


@dataclass(frozen=True)
class Place:
    """A choice, and the same choice on each of its tasks.

    Attributes:
        choice: the combinations that have a value in every repetition of every task.
        tasks: task -> the combinations that have one in every repetition of this task; empty if there is one
            task only.
        experiments: the rows of its tasks at this place, whatever their status; "label" names the searcher.
        suffix: ends the names of its tables; tells it from the run's other places, empty if it is alone.
    """

    choice: Choice
    tasks: dict[str, Choice]
    experiments: pd.DataFrame
    suffix: str

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """See ``results.recommend.ranking``."""
        return rank(self.choice)

    def caption(self, choice: Choice) -> str:
        """Return what every caption of this place says: what is counted, where, n, and what is left out."""
        own = self.experiments[self.experiments["trainable"].isin(choice.tasks)]
        sizes = own[["trials", "epochs", "time_budget"]].fillna(OLDER).drop_duplicates()
        budget = "each task's largest budget"
        if len(sizes) == 1:
            budget = f"budget {budget_in_words(sizes.iloc[0].to_dict())}"
        said = [f"{choice.what}; {choice.where}; {budget}; {repetitions(choice.counts)} a task."]
        return " ".join([*said, *(f"{note[0].upper()}{note[1:]}." for note in choice.notes)])


@dataclass(frozen=True)
class Material:
    """A run, and the folders that it was read from (where the provenance lies)."""

    run: Run
    folders: Sequence[Path] = ()

    @cached_property
    def places(self) -> list[Place]:
        """Everything that may be compared, place by place: engine, device, workers, and metric without score.

        Raises:
            ResultsError: if there is nothing to compare.
        """
        experiments = self.run.experiments
        experiments = experiments.assign(label=labels(experiments))
        fine = experiments[experiments["status"] == "ok"]
        found: list[Choice] = []
        none = f"none of {len(experiments)} experiments is ok; there is nothing to compare"
        errors: list[ResultsError] = [Nothing(none)]
        for workers in sorted(fine["workers"].dropna().unique()):
            try:
                found += choices(self.run, int(workers), WHOLE)
            except ResultsError as error:
                errors.append(error)
        if not found:
            raise errors[-1]
        suffixes = _suffixes(found)
        return [self._place(*pair, experiments) for pair in zip(found, suffixes, strict=True)]

    def _place(self, choice: Choice, suffix: str, experiments: pd.DataFrame) -> Place:
        own = experiments[
            (experiments["engine"] == choice.engine)
            & (experiments["device"] == choice.device)
            & (experiments["workers"] == choice.workers)
            & experiments["trainable"].isin(choice.tasks)
        ]
        names = sorted(set(choice.tasks))
        each = {
            name: choices(self.run.only(own.loc[own["trainable"] == name, "key"]), choice.workers, WHOLE)[0]
            for name in names[: len(names) * (len(names) > 1)]
        }
        return Place(choice, each, own, suffix)


def rank(choice: Choice) -> pd.DataFrame:
    """Return the ranking of a choice, the same numbers from the same results."""
    return ranking(choice, np.random.default_rng(0))


def marked(choice: Choice, ranked: pd.DataFrame) -> tuple[set[tuple[str, str]], str]:
    """Return the combinations to set in bold, and the rule in words, for a caption.

    Bold are those that cannot be told apart from the best; it is alone if it is better than all others.
    None is bold if there are too few repetitions for any such claim.
    """
    if ranked.shape[0] < 2:
        return set(), "Nothing is in bold: there is one combination."
    if said := caution(choice):
        return set(), f"Nothing is in bold, as no claim is possible. {said}."
    best = ranked[ranked["possible"]]
    rule = (
        "Bold: the best, and all that cannot be told apart from it by one-sided paired t tests, Bonferroni-"
        f"corrected for {len(ranked) - 1} comparisons at {100 - 100 * LEVEL:.0f} % in all; the true best is "
        f"among them with a probability of {100 * LEVEL:.0f} % or more"
    )
    alone = " (it is alone: better than all others)" if len(best) == 1 else ""
    return set(zip(best["searcher"], best["scheduler"], strict=True)), f"{rule}{alone}."


def _suffixes(found: Sequence[Choice]) -> list[str]:
    """Return for each choice what tells it from the others, for the names of tables."""
    parts = [(c.engine, c.device, f"w{c.workers}", "" if c.scored else c.tasks[0]) for c in found]
    varying = [place for place in range(4) if len({part[place] for part in parts}) > 1]
    return ["".join(f"-{part[place]}" for place in varying if part[place]) for part in parts]
