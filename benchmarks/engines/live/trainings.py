"""The trainings of a run: what a trainer trains next, from which checkpoint, and what becomes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.counters import Counts
from benchmarks.engines.live.demands import Demand, Demands
from benchmarks.engines.live.pool import Lesson, Pool, Slot, died, reported
from benchmarks.engines.live.remakes import Origin, Remakes, SlotJob, Then
from benchmarks.engines.live.repeats import Repeats
from benchmarks.engines.live.saving import keep_checkpoint
from benchmarks.engines.live.trainer import TrainingReport, TrainingTask
from benchmarks.engines.ray_internals import RESULT_DUPLICATE


class Trainings:
    """Has epochs trained that are not in the store, in a pool of trainers.

    Args:
        store: the curves that are known.
        pool: of trainers.
        lesson: returns how a subject is trained.
        give: is called with an experiment's number, a curve's key, and an epoch for which it has waited.
        retry: train what has failed in an earlier run again.
        most_epochs: the most epochs that any experiment gives a trial.

    Attributes:
        asked: keys of the curves that experiments of this run have asked for.
    """

    def __init__(
        self,
        store: CurveStore,
        pool: Pool,
        lesson: Callable[[Subject], Lesson],
        give: Callable[[int, str, TrainedEpoch], None],
        retry: bool,
        most_epochs: int,
    ) -> None:
        self.store, self.pool, self.counts, self.repeats = store, pool, Counts(), Repeats()
        self.asked: set[str] = set()
        self._lesson, self._lessons = lesson, dict[Subject, Lesson]()
        self._give, self._retry, self._most_epochs = give, retry, most_epochs
        self._demands = Demands()
        self._under_way: dict[str, Demand] = {}
        self._jobs: deque[SlotJob] = deque()  # what comes before the next epoch
        self._remakes = Remakes(store, pool, self.lesson, self._jobs, self.counts)
        self._failed: set[str] = set()  # curves that have failed in this run
        self._lost: dict[str, TrainedEpoch] = {}  # whose process died: not the curve's own, so not stored

    def lesson(self, subject: Subject) -> Lesson:
        """Return how a subject is trained."""
        if subject not in self._lessons:
            self._lessons[subject] = self._lesson(subject)
        return self._lessons[subject]

    def known(self, curve: Curve) -> list[TrainedEpoch]:
        """Return the epochs of a curve that are known; a failure that is to be tried again is not."""
        key = curve.key
        self.asked.add(key)
        epochs = list(self.store.epochs(key))
        if epochs and epochs[-1].failure and self._retry and key not in self._failed:
            self.store.forget_failure(key)
            epochs.pop()
        return epochs + ([self._lost[key]] if key in self._lost else [])

    def want(self, experiment: int, curve: Curve, epoch: int) -> None:
        """Let an experiment wait for an epoch that is not known."""
        demand = self._under_way.get(curve.key) or self._demands.get(curve.key)
        if demand is None:
            epochs = self.store.epochs(curve.key)
            demand = self._demands.new(curve, (epochs[-1].epoch if epochs else curve.branch) + 1)
            self._demands.put(demand)
        demand.waiting[experiment] = epoch

    def leave(self, experiment: int) -> None:
        """Forget that an experiment waits."""
        self._demands.leave(experiment)

    def first(self, job: SlotJob) -> None:
        """Let a job have the next idle trainer."""
        self._jobs.append(job)

    def dispatch(self) -> None:
        """Give idle trainers something to do."""
        for slot in self.pool.idle():
            while slot.on_answer is None:
                if self._jobs:
                    self._jobs.popleft()(slot)
                elif demand := self._demands.take(slot.living, self._bound(slot)):
                    self._train(demand, slot)
                else:
                    break

    def remake(self, curve: Curve, epoch: int, then: Then) -> None:
        """Have the checkpoint behind an epoch made once more."""
        self._remakes.remake(curve, epoch, then)

    def _bound(self, slot: Slot) -> set[str]:
        """Return the curves that go on in another trainer only, since they have no checkpoints."""
        elsewhere = {key for other in self.pool.slots if other is not slot for key in other.living}
        return {
            key
            for key in elsewhere
            if (demand := self._demands.get(key)) and not self.lesson(demand.curve.subject).keeps
        }

    def _train(self, demand: Demand, slot: Slot) -> None:
        """Let a trainer train an epoch, if need be once its parent's checkpoint has been made again."""
        self._under_way[demand.curve.key] = demand
        train, fail = partial(self._train_from, demand), partial(self._fail, demand)
        self._remakes.go_on(demand.curve, demand.epoch - 1, slot, train, fail)

    def _fail(self, demand: Demand, why: str) -> None:
        """Let an epoch fail whose parent's checkpoint could not be made again."""
        del self._under_way[demand.curve.key]
        error = RuntimeError(f"its checkpoint cannot be made again: {why}")
        self._hand_out(demand, died(demand.epoch, error))

    def _train_from(self, demand: Demand, origin: Origin, slot: Slot) -> None:
        lesson = self.lesson(demand.curve.subject)
        save_to = str(self.store.new_checkpoint()) if lesson.keeps else ""
        last = demand.epoch >= self._most_epochs
        task = TrainingTask(demand.curve, demand.epoch, origin.epoch, origin.folder, save_to, last)
        self.pool.train(slot, lesson, task, partial(self._trained, demand, origin, task))

    def _trained(self, demand: Demand, origin: Origin, task: TrainingTask, answer: Any) -> None:
        """Store an epoch, and give it to those who wait for it."""
        curve, report = demand.curve, reported(demand.epoch, answer)
        train, begin = partial(self._train_from, demand), partial(self._train, demand)
        if self._remakes.put_back(task, origin, report, train, begin):
            return
        origin.drop()
        epoch = self._stored(curve, report, lost=not isinstance(answer, TrainingReport))
        keep_checkpoint(self.store, self.lesson(curve.subject), task, report)
        del self._under_way[curve.key]
        self._hand_out(demand, epoch)
        if epoch.epoch == 1 and not epoch.failure and self.repeats.wants(curve):
            self._jobs.append(partial(self._repeat, curve, epoch))

    def _stored(self, curve: Curve, report: TrainingReport, lost: bool) -> TrainedEpoch:
        """Count and store an epoch; return it as a later run will read it."""
        epoch = report.epoch
        self.counts.trained += RESULT_DUPLICATE not in epoch.report
        self.counts.again += report.again
        self.counts.seconds += epoch.seconds
        if epoch.failure:
            self._failed.add(curve.key)
        if lost:
            self._lost[curve.key] = epoch
            return epoch
        self.store.add(head(curve), epoch)
        return self.store.epochs(curve.key)[-1]

    def _hand_out(self, demand: Demand, epoch: TrainedEpoch) -> None:
        for experiment, wanted in list(demand.waiting.items()):
            if epoch.failure or wanted <= epoch.epoch:
                del demand.waiting[experiment]
                given = replace(epoch, epoch=wanted) if epoch.failure else epoch
                self._give(experiment, demand.curve.key, given)
        if demand.waiting:
            demand.epoch += 1
            self._demands.put(demand)

    def _repeat(self, curve: Curve, epoch: TrainedEpoch, slot: Slot) -> None:
        """Train an epoch a second time, to see whether two trainings are equal."""

        def repeated(answer: Any) -> None:
            if isinstance(answer, dict):
                self.repeats.compare(curve, epoch.report, answer)

        self.pool.repeat(slot, self.lesson(curve.subject), curve, repeated)


def head(curve: Curve) -> CurveHead:
    """Return what the store writes once for a curve."""
    parent = curve.parent.key if curve.parent is not None else ""
    subject = curve.subject
    return CurveHead(curve.key, subject.key, subject.repetition, curve.text, curve.cpus, parent, curve.branch)
