"""What a person sees while the probe runs: one line that counts, not a line an experiment."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from benchmarks.engines.outcome import Outcome
from benchmarks.progress import Progress

EVERY_S = 30.0  # without a terminal, a line this often


class Ticker(Progress):
    """Counts experiments on the error stream, so that what the probe prints can be piped."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(0, 0, 0, stream or sys.stderr)
        self._printed = time.monotonic()

    def expect(self, experiments: int) -> None:
        """Announce so many more experiments."""
        self.total += experiments
        self._to_run += experiments

    def finished(self, outcome: Outcome, *, ran: bool) -> None:
        """Count an outcome, and say how far it is now and then."""
        self.done += 1
        self._ran += ran
        self.counts[outcome.status] += 1
        if not self._stream.isatty() and time.monotonic() - self._printed > EVERY_S:
            self._printed = time.monotonic()
            self._print(f"{self.done} of {self.total} experiments in {self._elapsed()}")

    def status(self, running: list[str]) -> None:
        """Show on a terminal what is running."""
        super().status([f"{self.done} of {self.total}", *running])

    def clear(self) -> None:
        """Take the status line away."""
        if self._status:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._status = ""
