"""What a person sees while experiments run: a line each, or one that counts; on a terminal a status line."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TextIO

from benchmarks.engines.outcome import Outcome
from results.settings import label

EVERY_S = 30.0  # without a terminal, a line this often


class Progress:
    """Counts outcomes and prints them.

    Args:
        total: experiments of the run, those that are stored already included.
        done: how many are stored already.
        to_run: how many of the rest have something to run; the time that is left is judged by these.
    """

    def __init__(self, total: int, done: int, to_run: int, stream: TextIO | None = None) -> None:
        self.total, self.done, self._to_run = total, done, to_run
        self.counts: Counter[str] = Counter()
        self._stream = stream or sys.stdout
        self._start = time.monotonic()
        self._ran = 0
        self._status = ""

    def finished(self, outcome: Outcome, *, ran: bool) -> None:
        """Count an outcome; print it unless a rule answered it."""
        self.done += 1
        self.counts[outcome.status] += 1
        if not ran:
            return
        self._ran += 1
        row = outcome.row
        searcher = label(row["searcher"], (row.get("trials_asked") or row["trials"]) / row["trials"])
        where = f"{row['trainable']} {searcher} x {row['scheduler']} {row['device']} #{row['repetition']}"
        if outcome.status == "ok":
            what = f"{row['metric']} {row['best']:.4f} in {row['wall_s']:.1f} s"
            if row["trials_failed"]:
                what += f", {row['trials_failed']} of {row['trials_run']} trials failed"
        else:
            what = next(iter(str(row["reason"]).splitlines()), "")
        self._print(
            f"[{self.done:{len(str(self.total))}d}/{self.total}] {where:<58} {outcome.status:<8} {what}"
        )

    def status(self, running: list[str]) -> None:
        """Show on a terminal what is running and how long the rest may take."""
        if not self._stream.isatty():
            return
        left = (self._to_run - self._ran) * (time.monotonic() - self._start) / max(1, self._ran)
        eta = f"about {left / 60:.0f} min left" if self._ran else "estimating"
        self._status = f"  running: {', '.join(running)} ({eta})"[:118]
        self._stream.write(f"\r\x1b[K{self._status}")
        self._stream.flush()

    def summary(self) -> str:
        """Return one line: how many ended how, and in what time."""
        ended = ", ".join(f"{n} {status}" for status, n in sorted(self.counts.items(), key=lambda x: -x[1]))
        answered = f"{self.done} of {self.total} experiments answered"
        return f"{answered} ({ended or 'nothing new'}) in {self._elapsed()}"

    def _elapsed(self) -> str:
        seconds = time.monotonic() - self._start
        return f"{seconds / 60:.1f} min" if seconds > 120 else f"{seconds:.1f} s"

    def clear(self) -> None:
        """Take the status line away."""
        if self._status:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._status = ""

    def _print(self, line: str) -> None:
        self.clear()
        print(line, file=self._stream, flush=True)


class Ticker(Progress):
    """Counts experiments on the error stream, so that what a command prints can be piped."""

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
