"""Runners whose experiments end as soon as they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome, not_run
from benchmarks.engines.common.runner import Runner
from benchmarks.engines.common.watched import Beat
from benchmarks.suite.experiment import Experiment


class AtOnce(Runner):
    """A runner whose experiments fail as planned when they are looked at."""

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        return experiment

    def receive(self) -> Beat | Outcome:
        return not_run(self.stream, "failed", "as planned")

    def renew(self) -> None:
        """No-op."""

    def stop(self) -> None:
        self.stream = None

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        return list(runners)
