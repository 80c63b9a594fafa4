"""The progress of a run: outcomes are counted, the time left is judged, and a display hears of both."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.base import Display, Ending, Standing
from benchmarks.execution.durations import TimeLeft
from benchmarks.execution.notify import Notify
from benchmarks.suite.experiment import Experiment

SETTLED_S = 0.5  # from one estimate of the time left to the next
MOST_REASONS = 6  # why experiments were not run, that are listed at the end


class Progress:
    """Counts outcomes.

    Args:
        total: experiments of the run, those that are stored already included.
        stored: how many of them are stored already, by status.
        to_run: how many of the rest have something to run; the time that is left is judged by these.
        display: what shows it; by default nothing does.
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
        display: Display | None = None,
        notify: Notify | None = None,
    ) -> None:
        self.total, self.done, self._to_run = total, sum(stored.values()), to_run
        self.counts: Counter[str] = Counter(stored)
        self.new: Counter[str] = Counter()
        self._display = display or Display()
        self._notify = notify
        self._start = time.monotonic()
        self._ran = 0
        self._running: Sequence[str] = ()
        self._time_left: TimeLeft | None = None
        self._left: float | None = None
        self._asked = -math.inf
        self._ruled: Counter[str] = Counter()

    def plan(self, experiments: Iterable[Experiment]) -> None:
        """Note which experiments are to run, so that the time left is judged by those that are like them."""
        self._time_left = TimeLeft(experiments)
        self._display.status(self.standing)  # until the first of them runs, an engine starts

    def started(self, experiment: Experiment) -> None:
        """Note that an experiment starts."""
        if self._time_left is not None:
            self._time_left.started(experiment, time.monotonic())
        self._display.begun(experiment)

    def finished(self, outcome: Outcome, *, ran: bool) -> None:
        """Count an outcome and show it; ``ran`` is false if a rule answered it."""
        self.done += 1
        self._ran += ran
        if self._time_left is not None:
            self._time_left.ended(outcome.row["key"], time.monotonic())
        self.counts[outcome.status] += 1
        self.new[outcome.status] += 1
        if not ran:
            self._ruled[f"{outcome.status}: {outcome.row['reason']}"] += 1
        self._display.ended(outcome, self.standing, ran=ran)
        if self._notify is not None and outcome.status != "ok":
            title = Experiment.from_row(outcome.row).title
            self._notify.of(outcome.status, title, str(outcome.row["reason"]))
            self._say_problems()

    def status(self, running: Sequence[str]) -> None:
        """Show which combinations are running; it is called several times a second."""
        self._running = running
        self._display.status(self.standing)

    def note(self, line: str) -> None:
        """Show a line that concerns the whole run."""
        self._display.note(line)

    def clear(self) -> None:
        """Take away what is shown for the moment only."""
        self._display.clear()

    def end(self, run: Path, why: str = "", resume: str = "") -> None:
        """Show how the run has ended, and let the user's command hear of it.

        Args:
            run: its folder.
            why: it ended before its end; empty if it is complete.
            resume: how it is finished then.
        """
        self.clear()
        reasons = [] if why else self.why_not_run()
        self._running = ()
        seconds = time.monotonic() - self._start
        ending = Ending(why, self.summary(), reasons, resume, self.standing, seconds)
        self._display.finished(ending, run)
        if self._notify is not None:
            self._notify.end(self.summary())
            self._say_problems()

    def _say_problems(self) -> None:
        assert self._notify is not None
        for problem in self._notify.problems:
            self._display.note(problem)
        self._notify.problems.clear()

    @property
    def standing(self) -> Standing:
        """The progress of the run so far."""
        return Standing(self.done, self.total, self.counts, self._running, self.seconds_left)

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
