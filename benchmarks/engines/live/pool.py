"""The pool of trainers that all experiments of a run share: actors of Ray."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import ray

from benchmarks.core.reasons import headline
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Curve
from benchmarks.engines.live.trainer import Trainer, TrainingReport, TrainingTask
from benchmarks.suite.session import Session

#: A trainer asks Ray for no CPU: there are as many as CPUs, and nothing else of the run trains.
_actor = ray.remote(num_cpus=0, max_restarts=0)(Trainer)


@dataclass(frozen=True)
class Lesson:
    """A subject as trainers take it.

    Attributes:
        trainable: reference to the class that Tune would make an actor of.
        target: reference to the user's class or function.
        session: of its trainings.
        resources: of one trial, without its CPUs.
        keeps: whether checkpoints let a training go on.
        metric: the tuned one, as reports have it; ``larger`` is better, or smaller.
    """

    trainable: Any
    target: Any
    session: Session
    resources: Mapping[str, float]
    keeps: bool
    metric: str
    larger: bool


@dataclass
class Slot:
    """A trainer and what it does.

    Attributes:
        living: keys of the curves whose trainings live there.
        began: when its task began, on the monotonic clock.
        epochs: that the task trains, those that are trained once more included.
        done: called with the task's answer, or the error that it ended with.
    """

    actor: Any
    living: set[str] = field(default_factory=set)
    prepared: set[int] = field(default_factory=set)
    began: float = 0.0
    epochs: int = 1
    on_answer: Callable[[Any], None] | None = None


class Pool:
    """Trainers, each with one task at a time.

    Args:
        count: of trainers.
        gpus: share of a GPU that each holds.
        wake: called from another thread when an answer has come.
    """

    def __init__(self, count: int, gpus: float, wake: Callable[[], None]) -> None:
        self._gpus, self._wake = gpus, wake
        self.slots = [Slot(self._start()) for _ in range(count)]
        self._answers: SimpleQueue[tuple[Slot, Any, Any]] = SimpleQueue()
        self.busy_s = 0.0  # of all trainers together

    def idle(self) -> list[Slot]:
        """Return the trainers that have nothing to do."""
        return [slot for slot in self.slots if slot.on_answer is None]

    def train(self, slot: Slot, lesson: Lesson, task: TrainingTask, on_answer: Callable[[Any], None]) -> None:
        """Let a trainer train an epoch; ``on_answer`` is called with its ``TrainingReport``, or the error."""
        self._prepare(slot, lesson)
        epochs = 1 if task.curve.key in slot.living else task.epoch - task.behind
        for other in self.slots:
            other.living.discard(task.curve.key)
        slot.living.add(task.curve.key)
        resources = {**lesson.resources, "CPU": task.curve.cpus}
        call = slot.actor.train.remote(lesson.trainable, resources, task, lesson.keeps)
        self._do(slot, call, on_answer, epochs)

    def test(
        self,
        slot: Slot,
        lesson: Lesson,
        curve: Curve,
        epoch: int,
        checkpoint: str,
        on_answer: Callable[[Any], None],
    ) -> None:
        """Let a trainer test the model in a checkpoint; ``on_answer`` is called with metrics, or why not."""
        self._prepare(slot, lesson)
        resources = {**lesson.resources, "CPU": curve.cpus}
        self._do(
            slot, slot.actor.test.remote(lesson.trainable, resources, curve, epoch, checkpoint), on_answer
        )

    def repeat(self, slot: Slot, lesson: Lesson, curve: Curve, on_answer: Callable[[Any], None]) -> None:
        """Let a trainer train a curve's first epoch; ``on_answer`` is called with its report, or why not."""
        self._prepare(slot, lesson)
        resources = {**lesson.resources, "CPU": curve.cpus}
        self._do(slot, slot.actor.repeat.remote(lesson.trainable, resources, curve), on_answer)

    def answers(self) -> None:
        """Hand on the answers that have come."""
        while not self._answers.empty():
            slot, actor, answer = self._answers.get()
            if slot.actor is not actor or slot.on_answer is None:  # it has been given up meanwhile
                continue
            on_answer, slot.on_answer = slot.on_answer, None
            self.busy_s += time.monotonic() - slot.began
            if isinstance(answer, TrainingReport):
                slot.living.difference_update(answer.ended)
            if isinstance(answer, BaseException):
                self._replace(slot)
            on_answer(answer)

    def give_up(self, seconds: float) -> None:
        """End the trainers that have taken longer than that for an epoch.

        Their tasks end with a ``TimeoutError``.
        """
        now = time.monotonic()
        for slot in self.slots:
            if slot.on_answer is not None and now - slot.began > seconds * slot.epochs:
                on_answer, slot.on_answer = slot.on_answer, None
                self._replace(slot)
                on_answer(TimeoutError(f"no result for {seconds:g} s"))

    def peak_mb(self) -> float:
        """Return the peak resident memory of the largest trainer, MiB; of those that answer at once."""
        peaks = [slot.actor.peak_mb.remote() for slot in self.slots]
        ready, _ = ray.wait(peaks, num_returns=len(peaks), timeout=1.0)
        return max((ray.get(answer) for answer in ready), default=0.0)

    def close(self) -> None:
        """End the trainers."""
        for slot in self.slots:
            ray.kill(slot.actor)

    def _start(self) -> Any:
        return _actor.options(num_gpus=self._gpus).remote()

    def _replace(self, slot: Slot) -> None:
        ray.kill(slot.actor)
        slot.actor, slot.living, slot.prepared = self._start(), set(), set()

    def _prepare(self, slot: Slot, lesson: Lesson) -> None:
        if id(lesson) not in slot.prepared:
            slot.prepared.add(id(lesson))
            slot.actor.prepare.remote(lesson.target, lesson.session)

    def _do(self, slot: Slot, call: Any, on_answer: Callable[[Any], None], epochs: int = 1) -> None:
        slot.on_answer, slot.began, slot.epochs, actor = on_answer, time.monotonic(), epochs, slot.actor

        def answered(future: Any) -> None:
            try:
                answer = future.result()
            except BaseException as error:  # noqa: BLE001 - it is handed on as the answer
                answer = error
            self._answers.put((slot, actor, answer))
            self._wake()

        call.future().add_done_callback(answered)


def reported(epoch: int, answer: Any) -> TrainingReport:
    """Return a trainer's answer as a report, also where its process has ended."""
    return answer if isinstance(answer, TrainingReport) else TrainingReport(died(epoch, answer))


def died(number: int, error: BaseException) -> TrainedEpoch:
    """Return the epoch of a training whose process has ended, or was ended because it hung."""
    how = str(error) if isinstance(error, TimeoutError) else f"its process died: {_first_line(error)}"
    return TrainedEpoch(number, {}, 0.0, 0.0, float("nan"), f"RuntimeError: {how}")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else headline(error)
