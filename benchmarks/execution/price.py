"""The price of a run whose trainings are each made once: epochs asked for, epochs to train, and seconds."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.core.scratch import scratch_folder
from benchmarks.core.seeding import derive
from benchmarks.curves.live.reading import read
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.execution.content import content_of
from benchmarks.execution.epoch_costs import EpochCosts
from benchmarks.execution.loading import Loaded, data_needed
from benchmarks.execution.rehearsal import PROCESS_S, Rehearsed, rehearse
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS

#: Most seconds for the rehearsal of a run.
PATIENCE_S = 30.0
#: Seconds of an epoch on the clock of a rehearsal where the real ones are unknown.
UNKNOWN_S = 1.0
#: Seconds until Ray and the trainers are there.
START_S = 10.0
#: Seconds of the driver for each epoch that it serves; see docs/performance.md.
SERVED_S = 0.0005


@dataclass
class Price:
    """The price of a run.

    Attributes:
        asked: epochs that trials ask for.
        new, known: distinct epochs that are to be trained, and that the folder of curves has.
        training_s: seconds of the trainings, one after another.
        processor_s: processor time of the experiments' own processes.
        longest_s: seconds of the longest experiment on its own clock.
        left_out: experiments of trainables for which there was no time.
        failed: experiments whose rehearsal has failed.
    """

    asked: float = 0.0
    new: float = 0.0
    known: float = 0.0
    training_s: float = 0.0
    processor_s: float = 0.0
    longest_s: float = 0.0
    left_out: int = 0
    failed: int = 0

    def add(self, rehearsed: Rehearsed, experiments: int, cost: float | None) -> None:
        """Add the experiments of one trainable, of which some were rehearsed."""
        self.failed += rehearsed.failed
        if not rehearsed.experiments:
            self.left_out += experiments - rehearsed.failed
            return
        factor = max(1.0, (experiments - rehearsed.failed) / rehearsed.experiments)
        new = factor * len(rehearsed.distinct - rehearsed.known)
        if cost is None:  # the mean of those that are known
            cost = rehearsed.known_s / len(rehearsed.known) if rehearsed.known else 0.0
        self.asked += factor * rehearsed.asked
        self.new += new
        self.known += factor * len(rehearsed.known)
        self.training_s += new * cost
        self.processor_s += factor * (rehearsed.processor_s + rehearsed.experiments * PROCESS_S)
        self.longest_s = max(self.longest_s, rehearsed.longest_s)

    def total_s(self, cpus: int) -> float:
        """Return the seconds of the run."""
        shared = (self.training_s + self.processor_s + self.asked * SERVED_S) / cpus
        return START_S + max(shared, self.longest_s if self.new else 0.0)

    def lines(self, cpus: int, timed: str) -> list[str]:
        """Return what is to be trained, and how long that takes."""
        different = self.new + self.known
        there = f", of which the folder of curves has {self.known:,.0f}" if self.known else ""
        share = 100 * self.new / self.asked if self.asked else 0.0
        lines = [
            f"epochs: about {self.asked:,.0f} asked for, {different:,.0f} of them different{there}; "
            f"{self.new:,.0f} to train ({share:.0f} %)",
            f"training: about {self.training_s / cpus / 60:.1f} min on {cpus} CPUs ({timed}); "
            f"in all about {self.total_s(cpus) / 60:.1f} min",
        ]
        if self.left_out:
            lines.append(f"not counted, for lack of time: {self.left_out} experiments")
        if self.failed:
            lines.append(f"not counted, since they failed on made-up curves: {self.failed} experiments")
        return lines


def price(experiments: Sequence[Experiment], loaded: Loaded, costs: EpochCosts, folder: Path | None) -> Price:
    """Return the price of experiments, some of which are rehearsed on made-up curves.

    Without known curves that is one repetition, and the others are taken to be like it; else as many as there
    is time for.  Those that are not rehearsed count as if they shared as much as the others, though the more
    there are in a repetition, the more they share.

    Args:
        experiments: that are to run.
        loaded: their data.
        costs: of an epoch.
        folder: of trained curves; None if there are none.
    """
    there = folder is not None and folder.is_dir()
    known = read(folder, []) if folder is not None and there else None
    total = Price()
    with scratch_folder(in_memory=True) as scratch, quietly():
        load_here({e.searcher for e in experiments}, {e.scheduler for e in experiments}, ())
        for needed, (_, key) in sorted(loaded.items()):
            members = [e for e in experiments if data_needed(e) == needed]
            first = members if known else sample_of(members)
            content, cost = content_of(needed[0], key), costs.seconds.get(needed)
            patience = PATIENCE_S / len(loaded)
            rehearsed = rehearse(first, content, cost or UNKNOWN_S, known, scratch, patience)
            total.add(rehearsed, len(members), cost)
    return total


def sample_of(experiments: Sequence[Experiment]) -> list[Experiment]:
    """Return the experiments of the first repetition in random order, the same in each process.

    So those for which there is time are like the others: a grid's own order has one searcher after the other.
    Replays come last, as they begin with what they replay.
    """
    first = [e for e in experiments if e.repetition == experiments[0].repetition]
    return sorted(first, key=lambda e: (SCHEDULERS[e.scheduler].replays is not None, derive("sample", e.key)))


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep what libraries print and warn of to ourselves."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stderr(io.StringIO()):
            yield
