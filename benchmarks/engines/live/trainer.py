"""The trainer: a process of the pool, in which one training after another has its next epoch."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.core.reasons import headline
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.fullness import is_full
from benchmarks.curves.live.lineage import Curve
from benchmarks.engines.live.living import LivingTraining
from results.machine import available_memory, peak_memory_mb, processor_ticks

MOST_LIVING = 8  # trainings with checkpoints that stay; they are quick to load again
MOST_BLOCKED = 1000  # trainings without: a thread each, which is lost when it ends
SPARE = 0.2  # of the machine's memory, below which no other training stays


@dataclass(frozen=True)
class TrainingTask:
    """The training of one epoch.

    Attributes:
        curve: of which the epoch is.
        epoch: its number, from 1.
        behind: epochs behind ``checkpoint``; those between it and ``epoch`` are trained once more.
        checkpoint: folder of the checkpoint to go on from; "" begins anew.
        save_to: an empty folder for the checkpoint behind this epoch; "" to save none.
        last: nobody goes on behind this epoch, so the training ends.
    """

    curve: Curve
    epoch: int
    behind: int = 0
    checkpoint: str = ""
    save_to: str = ""
    last: bool = False


@dataclass(frozen=True)
class TrainingReport:
    """What became of a task.

    Attributes:
        epoch: the epoch, or why it failed.
        saved: whether its checkpoint was saved.
        full: the disk of the checkpoints is full, so that nothing is known of the epoch.
        again: epochs that were trained once more to get there, since nothing of them was left.
        ended: keys of the curves whose trainings no longer live in this process.
    """

    epoch: TrainedEpoch
    saved: bool = False
    full: bool = False
    again: int = 0
    ended: tuple[str, ...] = ()


@dataclass
class Trainer:
    """Trains epochs; an actor of Ray.

    Attributes:
        living: trainings between two epochs, by the curve's key, the last used last.
    """

    living: OrderedDict[str, LivingTraining] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        os.environ["RAY_CHDIR_TO_TRIAL_DIR"] = "0"  # each training is entered and left here
        self._folder = Path(tempfile.mkdtemp(prefix="trainings-"))

    def prepare(self, target: Any, session: Any) -> None:
        """Let a trainable prepare this process once for all of its trainings, if it has a ``prepare``."""
        if hasattr(target, "prepare"):
            target.prepare(session)

    def train(
        self, trainable: type[Any], resources: Mapping[str, float], task: TrainingTask, keeps: bool
    ) -> TrainingReport:
        """Train an epoch.

        Args:
            trainable: the class that Tune would make an actor of.
            resources: of the trial.
            task: which epoch.
            keeps: whether checkpoints of the trainable let a training go on.
        """
        before, began = processor_ticks(), time.perf_counter()
        key, save_to = task.curve.key, Path(task.save_to) if task.save_to else None
        again = 0
        try:
            training, again = self._at(trainable, resources, task)
            measured = training.train(save_to)
            saved = save_to is not None and training.save(save_to)
        except BaseException as error:  # noqa: BLE001 - user code; else the process would end without a word
            self._end(key)
            if save_to is not None and isinstance(error, OSError) and is_full(error):
                return TrainingReport(
                    TrainedEpoch(task.epoch, {}, 0.0, 0.0, _busy(before)), full=True, ended=(key,)
                )
            why = headline(error) if isinstance(error, Exception) else f"RuntimeError: {headline(error)}"
            seconds = time.perf_counter() - began
            failed = TrainedEpoch(task.epoch, {}, seconds, seconds, _busy(before), why)
            return TrainingReport(failed, again=again, ended=(key,))
        epoch = TrainedEpoch(
            task.epoch, measured.report, measured.seconds, measured.processor_seconds, _busy(before)
        )
        if task.last or measured.report.get("done"):
            self._end(key)
            return TrainingReport(epoch, saved, False, again, (key, *self._spare(keeps)))
        return TrainingReport(epoch, saved, False, again, self._spare(keeps))

    def test(
        self, trainable: type[Any], resources: Mapping[str, float], curve: Curve, epoch: int, checkpoint: str
    ) -> dict[str, Any] | str:
        """Return the test metrics of the model in a checkpoint, or why there are none."""
        name = f"{curve.key}-test"
        try:
            tested = LivingTraining(trainable, curve.config, resources, name, self._folder)
            try:
                tested.restore(Path(checkpoint), epoch)
                return tested.test()
            finally:
                tested.end()
        except Exception as error:  # noqa: BLE001 - a user's test() may raise anything
            return headline(error)

    def repeat(
        self, trainable: type[Any], resources: Mapping[str, float], curve: Curve
    ) -> dict[str, Any] | str:
        """Return what the first epoch of a curve reports in a training of its own, or why it fails."""
        try:
            once = LivingTraining(trainable, curve.config, resources, f"{curve.key}-again", self._folder)
            try:
                return once.train(None).report
            finally:
                once.end()
        except Exception as error:  # noqa: BLE001 - user code
            return headline(error)

    def peak_mb(self) -> float:
        """Return the peak resident memory of this process, MiB."""
        return peak_memory_mb()

    def _at(
        self, trainable: type[Any], resources: Mapping[str, float], task: TrainingTask
    ) -> tuple[LivingTraining, int]:
        """Return the training of a task behind the epoch before it, and epochs trained again for that."""
        curve, again = task.curve, task.epoch - 1 - task.behind
        training = self.living.get(curve.key)
        if training is not None and training.epoch == task.epoch - 1:
            self.living.move_to_end(curve.key)
            return training, 0
        self._end(curve.key)
        training = LivingTraining(trainable, curve.config, resources, curve.key, self._folder)
        self.living[curve.key] = training
        if task.checkpoint:
            training.restore(Path(task.checkpoint), task.behind)
        for _ in range(again):
            training.train(None)
        return training, again

    def _spare(self, keeps: bool) -> tuple[str, ...]:
        """End the trainings that have no room; return the keys of their curves."""
        ended: list[str] = []
        most = MOST_LIVING if keeps else MOST_BLOCKED
        while len(self.living) > 1 and (len(self.living) > most or available_memory() < SPARE):
            key = next(iter(self.living))
            self._end(key)
            ended.append(key)
        return tuple(ended)

    def _end(self, key: str) -> None:
        training = self.living.pop(key, None)
        if training is not None:
            training.end()

    def stop(self) -> None:
        """End all trainings, and remove their files."""
        for key in list(self.living):
            self._end(key)
        shutil.rmtree(self._folder, ignore_errors=True)


def _busy(before: tuple[float, float]) -> float:
    """Return the share of the machine's processors that was busy since, 0 to 1; NaN if unknown."""
    busy, total = (now - then for now, then in zip(processor_ticks(), before, strict=True))
    return busy / total if total > 0 else float("nan")
