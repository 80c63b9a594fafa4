"""The outcome of an experiment: its rows of the three tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.engines.common import part_facts
from benchmarks.suite.experiment import Experiment
from results.store.admission import admitted

Row = dict[str, Any]


class Stalled(Exception):
    """Nothing can happen any more in an experiment; says what each trial is waiting for."""


class ClusterDied(Exception):
    """A process that the whole cluster needs has ended; says which."""


@dataclass
class Outcome:
    """The rows of one experiment; any status but "ok" comes with a reason."""

    row: Row
    trials: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.row["status"])


def not_run(experiment: Experiment, status: str, reason: str, **facts: Any) -> Outcome:
    """Return the outcome of an experiment that has no results: its status and the reason."""
    row = experiment.row | {"key": experiment.key, "status": status, "reason": reason}
    return Outcome(row | part_facts.facts(experiment) | facts)


def storable(outcome: Outcome) -> Outcome:
    """Return the outcome, or if its rows cannot be stored a failed one that says why; see ``admitted``."""
    row, trials, results = admitted(outcome.row, outcome.trials, outcome.results)
    return Outcome(dict(row), [dict(trial) for trial in trials], [dict(result) for result in results])
