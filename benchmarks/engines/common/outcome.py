"""The outcome of an experiment: its rows of the three tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.engines.common import part_facts
from benchmarks.suite.experiment import Experiment
from results.store.admission import admitted

Row = dict[str, Any]

LOST = "lost"  # the status of an experiment whose node has gone


class Stalled(Exception):
    """Nothing can happen any more in an experiment; says what each trial is waiting for."""


class ClusterDied(Exception):
    """A process that the whole cluster needs has ended; says which."""


@dataclass
class Outcome:
    """The rows of one experiment; any status but "ok" comes with a reason.

    Attributes:
        row: of the table of experiments.
        trials, results: of the other two.
        files: by their paths in the run's folder, of an experiment that cannot write there itself.
        environment: record of the machine where it ran, if that is another one.
        doubt: what has died on the way, be it the experiment's fault or its node's; "" if nothing has.
    """

    row: Row
    trials: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    doubt: str = ""

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
    return replace(
        outcome,
        row=dict(row),
        trials=[dict(trial) for trial in trials],
        results=[dict(result) for result in results],
    )
