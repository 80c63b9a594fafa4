"""Evidence: the stored rows of one experiment, with the views that the checks need."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from results.compare.run import Run


@dataclass(frozen=True)
class Evidence:
    """The stored rows of one experiment, of its trials and of its results."""

    row: Mapping[str, Any]
    trials: pd.DataFrame
    results: pd.DataFrame

    @property
    def status(self) -> str:
        return str(self.row["status"])

    @property
    def why(self) -> str:
        """One line of the reason why the status is not ok: what was raised first, if anything was."""
        lines = str(self.row["reason"]).splitlines() or [""]
        raised = [line for line in lines if re.match(r"[A-Za-z_][\w.]*: ", line)]
        line = raised[1] if "Traceback (most recent call last)" in lines[0] and raised[1:] else lines[0]
        return re.sub(r"<(\S+) object at 0x[0-9a-f]+>", r"<\1>", line)

    @property
    def failed(self) -> int:
        """The number of failed trials."""
        return int((self.trials["status"] == "failed").sum())

    @property
    def epochs(self) -> int:
        """The most epochs of a trial."""
        return int(self.row["epochs"])

    @cached_property
    def decisions(self) -> Counter[str]:
        """The number of times of each decision."""
        return Counter(self.results["decision"])

    @cached_property
    def configurations(self) -> list[dict[str, Any]]:
        """The configuration that each trial began with, in order of proposal.

        Without additions of Tune such as Repeater's ``__trial_index__``.
        """
        began = self.results.drop_duplicates("trial_id").set_index("trial_id")["config"]
        ordered = self.trials.sort_values("number")
        texts = [
            str(began.get(trial, last))
            for trial, last in zip(ordered["trial_id"], ordered["config"], strict=True)
        ]
        return [
            {name: value for name, value in json.loads(text).items() if not name.startswith("__")}
            for text in texts
        ]

    @property
    def lengths(self) -> list[int]:
        """The epochs that each trial has trained, in the same order."""
        return [int(epochs) for epochs in self.trials.sort_values("number")["epochs"]]

    @property
    def mutated(self) -> bool:
        """Whether a trial has trained with more than one configuration."""
        return bool((self.results.groupby("trial_id")["config"].nunique() > 1).any())

    @property
    def resized(self) -> bool:
        """Whether a trial was given additional CPUs."""
        return bool((self.results["cpus"] > 1).any())


def gather(run: Run) -> dict[str, Evidence]:
    """Return the evidence of every experiment of a run, by its key."""
    trials = dict(list(run.trials.groupby("key")))
    ordered = run.results.sort_values("seq")
    results = dict(list(ordered.groupby("key")))
    return {
        row["key"]: Evidence(
            row, trials.get(row["key"], run.trials.iloc[:0]), results.get(row["key"], ordered.iloc[:0])
        )
        for row in ({str(k): v for k, v in r.items()} for r in run.experiments.to_dict(orient="records"))
    }
