"""Rehearsals: experiments on made-up curves, to count the epochs that real ones would have trained.

Tune's own searchers and schedulers run on the virtual clock, so that what they share is counted, not
assumed.  Where the curve store knows an epoch, the rehearsal has it; all others are made up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.core.guard import PluginError, guarded
from benchmarks.core.reasons import Headline
from benchmarks.core.seeding import uniforms
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.model import CurveModel, Epoch
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Row
from benchmarks.engines.live.client import Trained
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from results.store.schema import tune_name

#: Seconds of a processor that an experiment's own process takes besides, from its start to its stored rows.
PROCESS_S = 0.1
SPREAD = 0.2  # of the seconds of made-up epochs, so that no two trials are in step


@dataclass
class Rehearsed:
    """Epochs that experiments ask for.

    Attributes:
        asked: by all trials of all experiments.
        distinct: keys of curves and numbers of epochs, each once.
        known: those of them that the curve store has.
        known_s: seconds of the known ones.
        processor_s: of the rehearsals, which is about that of the experiments' own processes.
        longest_s: seconds on the clock of the longest experiment.
        clock_s: seconds on the clocks of all.
        experiments: that were rehearsed to their end.
        failed: those that could not be.
        each: the key of each that was rehearsed -> its seconds of processor, and on its clock.
    """

    asked: int = 0
    distinct: set[tuple[str, int]] = field(default_factory=set)
    known: set[tuple[str, int]] = field(default_factory=set)
    known_s: float = 0.0
    processor_s: float = 0.0
    longest_s: float = 0.0
    clock_s: float = 0.0
    experiments: int = 0
    failed: int = 0
    each: dict[str, tuple[float, float]] = field(default_factory=dict)


class RehearsedCurves(CurveModel):
    """Curves of a subject: those in the store, else made up of the configuration.

    Args:
        subject: what would be trained.
        cost: seconds of a made-up epoch.
        known: the epochs that are known; None if there are none.
        rehearsed: learns what is asked for.
    """

    def __init__(
        self, subject: Subject, cost: float, known: KnownCurves | None, rehearsed: Rehearsed
    ) -> None:
        self._subject, self._cost, self._curves, self._rehearsed = subject, cost, known, rehearsed
        spec = TRAINABLES[subject.trainable]
        self._metric, self._sign = tune_name(spec.metric), 1.0 if spec.mode == "min" else -1.0
        self._stored: dict[str, Mapping[int, TrainedEpoch]] = {}

    def start(self, config: Mapping[str, Any]) -> Trained:
        """Return the state of a trial that has not trained yet."""
        return Trained()

    def step(self, state: Trained, config: Mapping[str, Any], cpus: float) -> Epoch:
        """Return the next epoch, and count it."""
        if state.curve is None:
            curve = Curve(self._subject, dict(config), cpus)
        else:
            curve = state.curve.continued(state.epoch, config, cpus)
        number = state.epoch + 1
        self._rehearsed.asked += 1
        self._rehearsed.distinct.add((curve.key, number))
        stored = self._known(curve.key).get(number)
        if stored is None:
            return self._made_up(curve, number)
        if (curve.key, number) not in self._rehearsed.known:
            self._rehearsed.known.add((curve.key, number))
            self._rehearsed.known_s += stored.seconds
        if stored.failure:
            raise Headline(stored.failure)
        return Epoch(Trained(curve, number), dict(stored.report), stored.seconds)

    def _known(self, key: str) -> Mapping[int, TrainedEpoch]:
        if key not in self._stored:
            epochs = () if self._curves is None else self._curves.trained(key)
            self._stored[key] = {epoch.epoch: epoch for epoch in epochs}
        return self._stored[key]

    def _made_up(self, curve: Curve, number: int) -> Epoch:
        """Return an epoch of a curve that falls to a floor of its own, at a pace of its own."""
        floor, pace, speed = uniforms(3, "rehearsal", curve.text)
        (noise,) = uniforms(1, "rehearsal", curve.text, number)
        loss = floor + (1 - floor) * math.exp(-number * (0.1 + pace)) + 0.02 * noise
        cost = self._cost * (1 + SPREAD * (speed - 0.5) + 0.01 * noise)
        return Epoch(Trained(curve, number), {self._metric: self._sign * loss}, cost)


class RehearsedExecution(VirtualExecution):
    """An experiment on made-up curves, of which nothing is kept."""

    curves: CurveModel

    def sibling(self, experiment: Experiment) -> RehearsedExecution:
        sibling = type(self)(experiment, self.context, self._clock)
        sibling.curves = self.curves
        return sibling

    def model(self) -> CurveModel:
        return self.curves

    def test(self, trial: Any, best: Row) -> Row:
        return {"test_metric": "", "checkpoint": ""}


def rehearse(
    experiments: Sequence[Experiment],
    content: str,
    cost: float,
    known: KnownCurves | None,
    scratch: Path,
    patience: float,
) -> Rehearsed:
    """Rehearse experiments of one trainable one after another, within a number of seconds.

    Args:
        experiments: in the order in which they are to be rehearsed.
        content: of the trainable's curves; see ``content_of``.
        cost: seconds of a made-up epoch.
        known: the curves that are known; None if there are none.
        scratch: a folder for Tune's own output.
        patience: seconds after which no other experiment is begun, and the last one is given up.
    """
    rehearsed, end = Rehearsed(), time.monotonic() + patience
    for e in experiments:
        left = end - time.monotonic()
        if left <= 0:
            break
        subject = Subject(e.trainable, content, e.device, e.gpus_per_trial, e.repetition)
        execution = RehearsedExecution(e, ExecutionContext(None, "", str(scratch), str(scratch)))
        execution.curves = RehearsedCurves(subject, cost, known, rehearsed)
        before = time.process_time()
        try:
            guarded(execution.run, e.combination, left)
        except PluginError:
            rehearsed.failed += time.monotonic() < end  # else it had no time
            continue
        rehearsed.experiments += 1
        processor_s = time.process_time() - before
        rehearsed.each[e.key] = processor_s, execution.recorder.wall
        rehearsed.processor_s += processor_s
        rehearsed.clock_s += execution.recorder.wall
        rehearsed.longest_s = max(rehearsed.longest_s, execution.recorder.wall)
    return rehearsed
