"""Outlook of a run: how long it may take, from experiments that are rehearsed on the virtual clock.

Tune's own searchers and schedulers decide on made-up curves, so that early stopping counts, and the seconds
of proposals are measured.  Engine ``live`` has ``benchmarks.execution.price``, as its experiments share
trainings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.core.scratch import scratch_folder
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.execution.durations import Durations, cell_of
from benchmarks.execution.epoch_costs import EpochCosts
from benchmarks.execution.loading import DataNeeded, data_needed
from benchmarks.execution.price import PATIENCE_S, quietly, sample_of
from benchmarks.execution.rehearsal import PROCESS_S, rehearse
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment

#: Seconds until the runners of an engine are there: Ray's, and those that need no Ray.
START_S, VIRTUAL_START_S = 10.0, 6.0
#: Seconds of an experiment on real workers besides training and proposing.
OVERHEAD_S = 0.5
#: Seconds of an epoch on the clock of a rehearsal where the real ones are unknown.
UNKNOWN_S = 1.0


@dataclass
class Outlook:
    """Expected duration of a run.

    Attributes:
        seconds: in all, on an idle machine.
        left_out: experiments of trainables for which there was no time.
        failed: experiments whose rehearsal has failed.
        shares: the key of an experiment -> its part of the seconds; those that were not rehearsed are judged
            by those that are like them.
    """

    seconds: float
    left_out: int = 0
    failed: int = 0
    shares: dict[str, float] = field(default_factory=dict)

    def lines(self, cpus: int, timed: str) -> list[str]:
        """Return it in words.

        Args:
            cpus: of the machine.
            timed: which epochs were timed; empty if none had to be.
        """
        lines = [
            f"about {self.seconds / 60:.1f} min on {cpus} CPUs, if nothing else runs on them"
            + (f" ({timed})" if timed else "")
        ]
        if self.left_out:
            lines.append(f"not counted, for lack of time: {self.left_out} experiments")
        if self.failed:
            lines.append(f"not counted, since they failed on made-up curves: {self.failed} experiments")
        return lines


def outlook(
    experiments: Sequence[Experiment], costs: EpochCosts, cpus: int, jobs: int, patience: float = PATIENCE_S
) -> Outlook:
    """Return how long experiments take that share no trainings.

    One repetition is rehearsed, and the others are taken to be like it; if there is no time for all of it, a
    random part.

    Args:
        experiments: that are to run, all on one engine.
        costs: of an epoch; what is unknown counts as nothing.
        cpus: that they share.
        jobs: experiments at the same time; 0 means as many as fit the CPUs.
        patience: seconds for the rehearsal.
    """
    virtual = ENGINES[experiments[0].engine].virtual_clock
    groups: dict[tuple[DataNeeded, int], list[Experiment]] = {}
    for e in experiments:
        groups.setdefault((data_needed(e), e.workers), []).append(e)
    outlook = Outlook(VIRTUAL_START_S if virtual else START_S)
    with scratch_folder(in_memory=True) as scratch, quietly():
        load_here({e.searcher for e in experiments}, {e.scheduler for e in experiments}, ())
        for (needed, workers), members in sorted(groups.items(), key=lambda item: item[0]):
            cost = costs.seconds.get(needed)
            rehearsed = rehearse(
                sample_of(members), "outlook", cost or UNKNOWN_S, None, scratch, patience / len(groups)
            )
            outlook.failed += rehearsed.failed
            if not rehearsed.experiments:
                outlook.left_out += len(members) - rehearsed.failed
                continue
            runners = jobs or (cpus if virtual else max(1, cpus // workers))
            each = {
                key: processor_s + PROCESS_S
                if virtual
                # Real workers wait while the driver decides.
                else processor_s + (clock_s if cost is not None else 0.0) + OVERHEAD_S
                for key, (processor_s, clock_s) in rehearsed.each.items()
            }
            seconds = sum(each.values()) / len(each) * len(members) / min(runners, len(members))
            outlook.seconds += seconds
            outlook.shares |= _shared(seconds, members, each)
    return outlook


def _shared(seconds: float, members: Sequence[Experiment], each: Mapping[str, float]) -> dict[str, float]:
    """Return the part of each experiment in their seconds, judged by the durations of some of them."""
    durations = Durations()
    for e in members:
        if e.key in each:
            durations.add(e, each[e.key])
    expected = {e.key: durations.expected(cell_of(e)) or 0.0 for e in members}
    total = sum(expected.values())
    return {key: seconds * one / total for key, one in expected.items()} if total else {}
