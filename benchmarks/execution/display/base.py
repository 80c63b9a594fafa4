"""The display of a run: what everything that shows one answers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.notify import WORRYING
from benchmarks.suite.experiment import Experiment


@dataclass(frozen=True)
class Standing:
    """The progress of a run.

    Attributes:
        done: experiments that are answered.
        total: experiments of the run.
        counts: how many have ended with which status.
        running: combinations that are running, one for each experiment.
        seconds_left: an estimate; None if nothing has ended yet.
    """

    done: int
    total: int
    counts: Mapping[str, int] = field(default_factory=Counter)
    running: Sequence[str] = ()
    seconds_left: float | None = None

    @property
    def failed(self) -> int:
        """The number of experiments that were tried and have no result."""
        return sum(count for status, count in self.counts.items() if status in WORRYING)


@dataclass(frozen=True)
class Ending:
    """The end of a run.

    Attributes:
        why: it ended before its end; empty if it is complete.
        summary: how many experiments ended how, in a line.
        reasons: why experiments were not run, a line for each.
        resume: the command, or the call, that finishes it; empty if it is complete.
        standing: how far it is.
        seconds: that it took.
    """

    why: str
    summary: str
    reasons: Sequence[str]
    resume: str
    standing: Standing
    seconds: float


class Display:
    """Shows nothing: the base of those that show something.  It is open within a ``with`` block."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def began(self, run: Path, total: int, to_run: int, stored: int) -> None:
        """Show that a run begins, and how many of its experiments are to run or stored already."""

    def begun(self, experiment: Experiment) -> None:
        """Show that an experiment begins."""

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        """Show the outcome of an experiment, which a rule may have answered without a run."""

    def status(self, standing: Standing) -> None:
        """Show what is running; it is called several times a second."""

    def note(self, line: str) -> None:
        """Show a line that concerns the whole run."""

    def finished(self, ending: Ending, run: Path) -> None:
        """Show how the run has ended."""

    def drawn(self, run: Path, figures: int, folder: Path | None) -> None:
        """Show where the results lie, and how many figures in which folder, if any were drawn."""

    def clear(self) -> None:
        """Take away what is there for the moment only."""
