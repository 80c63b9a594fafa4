"""The ticker: a counter of experiments on the error stream, for commands whose output can be piped."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.base import Display, Standing
from benchmarks.execution.display.choice import is_live
from benchmarks.execution.display.plain import PlainDisplay
from benchmarks.execution.progress import Progress

EVERY_S = 30.0  # without a terminal, a line this often


class _Counts(PlainDisplay):
    """Says how far it is now and then."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._begun = self._printed = time.monotonic()

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        now = time.monotonic()
        if now - self._printed > EVERY_S:
            self._printed = now
            seconds = now - self._begun
            self.line(f"{standing.done} of {standing.total} experiments in {seconds / 60:.1f} min")


def _display(stream: TextIO) -> Display:
    if not is_live(stream):
        return _Counts(stream)
    from benchmarks.execution.display.terminal import TerminalDisplay

    class Status(TerminalDisplay):
        """Shows the status alone."""

        def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
            self._standing = standing

    return Status(stream)


class Ticker(Progress):
    """Counts experiments whose number is not known in advance."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(0, {}, 0, _display(stream or sys.stderr))

    def expect(self, experiments: int) -> None:
        """Add to the number of experiments to come."""
        self.total += experiments
        self._to_run += experiments
