"""Plan of the probe: a few tiny experiments for each combination, each with a purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Effect, SchedulerSpec, SearcherSpec
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.trainables._simulated import PACED

TRAINABLE = "probe"
REFERENCE = "fifo"  # the scheduler that passes every result on to the searcher
SLOW_S = 60.0  # a searcher that needs more CPU seconds for 300 proposals is asked for fewer
CHANCES = 8  # runs in which an effect that depends on the order of results, or on luck, has to show


class Purpose(StrEnum):
    """The purpose of an experiment."""

    CLEAN = "clean"  # one worker, nothing goes wrong, everything repeats exactly
    MIRRORED = "mirrored"  # the clean one with the curves upside down, to see that a searcher learns
    FAILING = "failing"  # a third of the trials fails
    LONG = "long"  # fills every bracket and rung, so that all effects of the scheduler show
    REFERENCE_CLEAN = "reference-clean"  # the clean one with the reference scheduler
    REFERENCE_MIRRORED = "reference-mirrored"


@dataclass(frozen=True)
class ProbedCombination:
    """A searcher with a scheduler, and the rules' answer for them."""

    searcher: SearcherSpec
    scheduler: SchedulerSpec

    @property
    def name(self) -> str:
        """``searcher x scheduler``, for people."""
        return f"{self.searcher.name} x {self.scheduler.name}"

    @property
    def rule(self) -> str:
        """The reason why the rules refuse it; empty if they allow it."""
        return why_incompatible(self.searcher, self.scheduler, TRAINABLES[TRAINABLE]) or ""

    @property
    def missing(self) -> str:
        """The reason why it cannot run here; empty if it can."""
        return why_unavailable(self.searcher, self.scheduler, TRAINABLES[TRAINABLE]) or ""

    def experiments(self) -> dict[Purpose, Experiment]:
        """Return the experiments of the verdict; those of reference are another combination's."""
        slow = self.searcher.seconds_of_300 > SLOW_S
        clean = self._experiment(trials=12 if slow else 27, epochs=3, workers=1)
        planned = {Purpose.CLEAN: clean, Purpose.FAILING: self._failing(0), Purpose.LONG: self._long(0)}
        if self.searcher.learns:
            mirrored = planned[Purpose.MIRRORED] = replace(clean, data="mirrored")
            if self._has_reference:
                planned[Purpose.REFERENCE_CLEAN] = replace(clean, scheduler=REFERENCE)
                planned[Purpose.REFERENCE_MIRRORED] = replace(mirrored, scheduler=REFERENCE)
        return planned

    @property
    def _has_reference(self) -> bool:
        other = self.scheduler.name != REFERENCE
        return other and why_incompatible(self.searcher, SCHEDULERS[REFERENCE]) is None

    def further(self) -> dict[Purpose, list[Experiment]]:
        """Return further runs, for effects that the first of their purpose did not show."""
        repetitions = range(1, CHANCES)
        return {
            Purpose.FAILING: [self._failing(repetition) for repetition in repetitions],
            Purpose.LONG: [self._long(repetition) for repetition in repetitions],
        }

    def _failing(self, repetition: int) -> Experiment:
        return self._experiment("probe-failing", trials=12, epochs=4, workers=2, repetition=repetition)

    def _long(self, repetition: int) -> Experiment:
        """Nine epochs and 12 trials fill HyperBand's largest bracket, 27 all that it has."""
        if Effect.RESIZE in self.scheduler.does:
            # Only who is left alone while it trains can be given the others' CPUs; so epochs take their time.
            return self._experiment(trials=12, epochs=9, workers=4, repetition=repetition, data=PACED)
        slow = self.searcher.seconds_of_300 > SLOW_S
        return self._experiment(trials=12 if slow else 27, epochs=9, workers=2, repetition=repetition)

    def _experiment(self, trainable: str = TRAINABLE, **fields: Any) -> Experiment:
        return Experiment(trainable, self.searcher.name, self.scheduler.name, **fields)


def roster(searchers: Sequence[str], schedulers: Sequence[str]) -> list[ProbedCombination]:
    """Return the combinations of all parts that match these globs, those that may take longest first.

    A long one that comes last would keep a runner alone.  Whatever the searcher, a scheduler that proposes
    hyperparameters itself may take longer than any.

    Raises:
        UnknownName: for a glob that matches nothing.
    """
    named = [SEARCHERS[name] for name in SEARCHERS.select(list(searchers))]
    columns = [SCHEDULERS[name] for name in SCHEDULERS.select(list(schedulers))]
    every = [ProbedCombination(searcher, scheduler) for searcher in named for scheduler in columns]
    return sorted(
        every, key=lambda one: (Effect.MUTATE not in one.scheduler.does, -one.searcher.seconds_of_300)
    )
