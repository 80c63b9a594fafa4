"""Progress: a line for each experiment, or a counter; on a terminal also a status line."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TextIO

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.durations import TimeLeft
from benchmarks.execution.fitting import why_unfit
from benchmarks.execution.notify import Notify
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from results.compare.captions import label
from results.numerals import significant

SETTLED_S = 0.5  # from one estimate of the time left to the next
EVERY_S = 30.0  # without a terminal, a line this often
WIDEST = 119  # columns of a status line
MOST_REASONS = 6  # why experiments were not run, that are listed at the end


class Progress:
    """Counts outcomes and prints them.

    Args:
        total: experiments of the run, those that are stored already included.
        stored: how many of them are stored already, by status.
        to_run: how many of the rest have something to run; the time that is left is judged by these.
        notify: the user's command that hears of failures and of the end.

    Attributes:
        done: experiments that are answered.
        counts: how many of them have ended how.
        new: the same without those that were stored before.
    """

    def __init__(
        self,
        total: int,
        stored: Mapping[str, int],
        to_run: int,
        stream: TextIO | None = None,
        notify: Notify | None = None,
    ) -> None:
        self.total, self.done, self._to_run = total, sum(stored.values()), to_run
        self.counts: Counter[str] = Counter(stored)
        self.new: Counter[str] = Counter()
        self._stream = stream or sys.stdout
        self._notify = notify
        self._start = time.monotonic()
        self._ran = 0
        self._time_left: TimeLeft | None = None
        self._left: float | None = None
        self._asked = -math.inf
        self._status = ""
        self._ruled: Counter[str] = Counter()

    def plan(self, experiments: Iterable[Experiment]) -> None:
        """Note which experiments are to run, so that the time left is judged by those that are like them."""
        self._time_left = TimeLeft(experiments)

    def started(self, experiment: Experiment) -> None:
        """Note that an experiment starts."""
        if self._time_left is not None:
            self._time_left.started(experiment, time.monotonic())

    def finished(self, outcome: Outcome, *, ran: bool) -> None:
        """Count an outcome; print it unless a rule answered it."""
        self._count(outcome)
        row = outcome.row
        if not ran:
            self._ruled[f"{outcome.status}: {row['reason']}"] += 1
            return
        self._ran += 1
        searcher = label(row["searcher"], (row.get("trials_asked") or row["trials"]) / row["trials"])
        where = replace(Experiment.from_row(row), searcher=searcher).title
        what = _result(row) if outcome.status == "ok" else next(iter(str(row["reason"]).splitlines()), "")
        if unfit := why_unfit(outcome):
            what += f"; {unfit}"
        self._print(
            f"[{self.done:{len(str(self.total))}d}/{self.total}] {where:<58} {outcome.status:<8} {what}"
        )

    def _count(self, outcome: Outcome) -> None:
        self.done += 1
        if self._time_left is not None:
            self._time_left.ended(outcome.row["key"], time.monotonic())
        self.counts[outcome.status] += 1
        self.new[outcome.status] += 1
        if self._notify is not None and outcome.status != "ok":
            title = Experiment.from_row(outcome.row).title
            self._notify.of(outcome.status, title, str(outcome.row["reason"]))
            self._say_problems()

    def end(self) -> None:
        """Let the user's command hear that the run is over."""
        if self._notify is not None:
            self._notify.end(self.summary())
            self._say_problems()

    def _say_problems(self) -> None:
        assert self._notify is not None
        for problem in self._notify.problems:
            self._print(problem)
        self._notify.problems.clear()

    def note(self, line: str) -> None:
        """Print a line that concerns the whole run."""
        self._print(line)

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest may take, judged by what has run; None if nothing has."""
        if self._time_left is not None:
            now = time.monotonic()
            if now - self._asked > SETTLED_S:
                self._asked, self._left = now, self._time_left.seconds(now)
            return self._left
        if not self._ran:
            return None
        return (self._to_run - self._ran) * (time.monotonic() - self._start) / self._ran

    def status(self, running: list[str]) -> None:
        """Show on a terminal what is running and how long the rest may take."""
        if not self._stream.isatty():
            return
        left = self.seconds_left
        eta = "estimating" if left is None else f"about {left / 60:.0f} min left"
        # One row: what is wider would stay behind when it is wiped.
        columns = min(WIDEST, shutil.get_terminal_size().columns)
        self._status = f"  running: {', '.join(running)} ({eta})"[: max(0, columns - 1)]
        self._stream.write(f"\r\x1b[K{self._status}")
        self._stream.flush()

    def summary(self) -> str:
        """Return one line: how many ended how, and in what time."""
        counts = sorted(((n, status) for status, n in self.counts.items() if n), key=lambda x: -x[0])
        ended = f" ({', '.join(f'{n} {status}' for n, status in counts)})" if counts else ""
        new = sum(self.new.values())
        now = "" if new == self.done else f", {new} of them now," if new else ", nothing new,"
        return f"{self.done} of {self.total} experiments answered{ended}{now} in {self._elapsed()}"

    def why_not_run(self) -> list[str]:
        """Return a line for each reason for which experiments were answered without a run, the most first."""
        reasons = self._ruled.most_common()
        lines = [f"{count} {reason}" for reason, count in reasons[:MOST_REASONS]]
        rest = len(reasons) - len(lines)
        return lines + ([f"and {rest} more reasons; the table of experiments has all"] if rest else [])

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


def _result(row: Mapping[str, Any]) -> str:
    """Return the best value of an experiment that is ok, and its time on its clock."""
    clock = "virtual s" if ENGINES[row["engine"]].virtual_clock else "s"
    what = f"{row['metric']} {significant(row['best'])} in {_seconds(row.get('wall_s'))} {clock}"
    if row.get("trials_failed"):
        what += f", {row['trials_failed']} of {row['trials_run']} trials failed"
    return what


def _seconds(value: float | None) -> str:
    """Return seconds with a decimal, two below a second, or in digits of their own if very few or many."""
    if value is None or not math.isfinite(value) or value >= 1e6 or 0 < value < 0.005:
        return significant(value)
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


class Ticker(Progress):
    """Counts experiments on the error stream, so that what a command prints can be piped."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(0, {}, 0, stream or sys.stderr)
        self._printed = time.monotonic()

    def expect(self, experiments: int) -> None:
        """Add to the number of experiments to come."""
        self.total += experiments
        self._to_run += experiments

    def finished(self, outcome: Outcome, *, ran: bool) -> None:
        """Count an outcome, and say how far it is now and then."""
        self._count(outcome)
        self._ran += ran
        if not self._stream.isatty() and time.monotonic() - self._printed > EVERY_S:
            self._printed = time.monotonic()
            self._print(f"{self.done} of {self.total} experiments in {self._elapsed()}")

    def status(self, running: list[str]) -> None:
        """Show on a terminal what is running."""
        super().status([f"{self.done} of {self.total}", *running])
