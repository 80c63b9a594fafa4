"""The trainings of a run: what a trainer trains next, from which checkpoint, and what becomes of it."""

from __future__ import annotations

import math
import shutil
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.demands import Demand, Demands
from benchmarks.engines.live.pool import Lesson, Pool, Slot, died
from benchmarks.engines.live.repeats import Repeats
from benchmarks.engines.live.trainer import Report, Task
from benchmarks.engines.ray_internals import RESULT_DUPLICATE
from benchmarks.training.reports import number

#: Gives an idle trainer something to do, or finds that there is nothing to do.
Job = Callable[[Slot], None]
#: Hears why a checkpoint could not be made, "" if it was; its folder may be gone after the call.
Then = Callable[[str, Path], None]


@dataclass
class Counts:
    """What has been trained.

    Attributes:
        trained: epochs, each once.
        again: epochs that were trained once more, since no checkpoint of them was left.
        seconds: of the trainings.
    """

    trained: int = 0
    again: int = 0
    seconds: float = 0.0


@dataclass
class Remake:
    """A checkpoint that is made once more, and what waits for it."""

    curve: Curve
    epoch: int
    then: list[Then] = field(default_factory=list)


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
        self._remakes: dict[tuple[str, int], Remake] = {}
        self._jobs: deque[Job] = deque()  # what comes before the next epoch
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

    def first(self, job: Job) -> None:
        """Let a job have the next idle trainer."""
        self._jobs.append(job)

    def dispatch(self) -> None:
        """Give idle trainers something to do."""
        for slot in self.pool.idle():
            while slot.done is None:
                if self._jobs:
                    self._jobs.popleft()(slot)
                elif demand := self._demands.take(slot.living, self._bound(slot)):
                    self._train(demand, slot)
                else:
                    break

    def remake(self, curve: Curve, epoch: int, then: Then) -> None:
        """Have the checkpoint behind an epoch made once more."""
        place = curve.key, epoch
        if place in self._remakes:
            self._remakes[place].then.append(then)
        else:
            self._remakes[place] = Remake(curve, epoch, [then])
            self._jobs.append(partial(self._make, self._remakes[place]))

    def _bound(self, slot: Slot) -> set[str]:
        """Return the curves that go on in another trainer only, since they have no checkpoints."""
        elsewhere = {key for other in self.pool.slots if other is not slot for key in other.living}
        return {
            key
            for key in elsewhere
            if (demand := self._demands.get(key)) and not self.lesson(demand.curve.subject).keeps
        }

    def _base(self, curve: Curve, behind: int) -> tuple[int, str] | None:
        """Return the nearest checkpoint of a curve and the epochs behind it; None if it must be remade."""
        if behind == 0 or not self.lesson(curve.subject).keeps:
            return 0, ""
        kept = [epoch for epoch in self.store.checkpoints(curve.key) if epoch <= behind]
        if kept and (folder := self.store.checkpoint(curve.key, max(kept))) is not None:
            return max(kept), str(folder)
        if curve.parent is None:
            return 0, ""
        folder = self.store.checkpoint(curve.parent.key, curve.branch)
        return None if folder is None else (curve.branch, str(folder))

    def _train(self, demand: Demand, slot: Slot, parents: Path | None = None) -> None:
        """Let a trainer train an epoch, from the parent's checkpoint if it has just been remade."""
        curve = demand.curve
        self._under_way[curve.key] = demand
        base = (curve.branch, str(parents)) if parents else self._base(curve, demand.epoch - 1)
        if base is None:
            assert curve.parent is not None, "only a branch begins at another curve's checkpoint"
            self.remake(curve.parent, curve.branch, partial(self._go_on, demand))
            return
        lesson = self.lesson(curve.subject)
        save_to = str(self.store.new_checkpoint()) if lesson.keeps else ""
        task = Task(curve, demand.epoch, *base, save_to, demand.epoch >= self._most_epochs)
        self.pool.train(slot, lesson, task, partial(self._trained, demand, task, parents))

    def _go_on(self, demand: Demand, why: str, folder: Path) -> None:
        """Train an epoch whose checkpoint has been made once more."""
        if not why:
            self._jobs.append(partial(self._train, demand, parents=self._copy(folder)))
            return
        del self._under_way[demand.curve.key]
        error = RuntimeError(f"its checkpoint cannot be made again: {why}")
        self._hand_out(demand, died(demand.epoch, error))

    def _copy(self, folder: Path) -> Path:
        """Return a copy of a checkpoint that nobody drops; it may be larger than what the store keeps."""
        copied = self.store.new_checkpoint()
        shutil.copytree(folder, copied, dirs_exist_ok=True)
        return copied

    def _trained(self, demand: Demand, task: Task, parents: Path | None, answer: Any) -> None:
        """Store an epoch, and give it to those who wait for it."""
        curve = demand.curve
        report = reported(demand.epoch, answer)
        if parents:
            shutil.rmtree(parents, ignore_errors=True)
        elif report.epoch.failure and task.checkpoint and not Path(task.checkpoint).is_dir():
            self._jobs.append(partial(self._train, demand))  # it was evicted on the way
            return
        if report.full:
            shutil.rmtree(task.save_to, ignore_errors=True)
            self.store.make_room()
            self._jobs.append(partial(self._train, demand))
            return
        epoch = report.epoch
        self.counts.trained += RESULT_DUPLICATE not in epoch.report
        self.counts.again += report.again
        self.counts.seconds += epoch.seconds
        if epoch.failure:
            self._failed.add(curve.key)
        if isinstance(answer, Report):
            self.store.add(head(curve), epoch)
            epoch = self.store.epochs(curve.key)[-1]  # as a later run will read it
        else:
            self._lost[curve.key] = epoch
        self._save(task, report)
        del self._under_way[curve.key]
        self._hand_out(demand, epoch)
        if epoch.epoch == 1 and not epoch.failure and self.repeats.wants(curve):
            self._jobs.append(partial(self._repeat, curve, epoch))

    def _hand_out(self, demand: Demand, epoch: TrainedEpoch) -> None:
        for experiment, wanted in list(demand.waiting.items()):
            if epoch.failure or wanted <= epoch.epoch:
                del demand.waiting[experiment]
                given = replace(epoch, epoch=wanted) if epoch.failure else epoch
                self._give(experiment, demand.curve.key, given)
        if demand.waiting:
            demand.epoch += 1
            self._demands.put(demand)

    def _save(self, task: Task, report: Report) -> None:
        """Keep the checkpoint that a task has saved; a record is an epoch better than all before."""
        if not report.saved:
            if task.save_to:
                shutil.rmtree(task.save_to, ignore_errors=True)
            return
        key, lesson = task.curve.key, self.lesson(task.curve.subject)
        sign = 1.0 if lesson.larger else -1.0
        before = [epoch.report for epoch in self.store.epochs(key) if epoch.epoch < task.epoch]
        *earlier, value = (
            sign * known if (known := number(told.get(lesson.metric))) is not None else math.nan
            for told in (*before, report.epoch.report)
        )
        record = math.isfinite(value) and all(value > other for other in earlier if math.isfinite(other))
        self.store.keep_checkpoint(key, task.epoch, Path(task.save_to), record)

    def _make(self, remake: Remake, slot: Slot, parents: Path | None = None) -> None:
        curve, epoch = remake.curve, remake.epoch

        def done(why: str, folder: Path) -> None:
            del self._remakes[curve.key, epoch]
            for then in remake.then:
                then(why, folder)

        def go_on(why: str, folder: Path) -> None:
            if why:
                done(why, folder)
            else:
                self._jobs.append(partial(self._make, remake, parents=self._copy(folder)))

        base = (curve.branch, str(parents)) if parents else self._base(curve, epoch - 1)
        if base is None:
            assert curve.parent is not None, "only a branch begins at another curve's checkpoint"
            self.remake(curve.parent, curve.branch, go_on)
            return
        task = Task(curve, epoch, *base, str(self.store.new_checkpoint()))

        def made(answer: Any) -> None:
            report = reported(epoch, answer)
            if report.full:
                shutil.rmtree(task.save_to, ignore_errors=True)
                self.store.make_room()
                self._jobs.append(partial(self._make, remake, parents=parents))
                return
            self.counts.again += 1 + report.again
            why = report.epoch.failure or ("" if report.saved else "none was saved")
            done(why, Path(task.save_to))
            self._save(task, report)
            if parents:
                shutil.rmtree(parents, ignore_errors=True)

        self.pool.train(slot, self.lesson(curve.subject), task, made)

    def _repeat(self, curve: Curve, epoch: TrainedEpoch, slot: Slot) -> None:
        """Train an epoch a second time, to see whether two trainings are equal."""

        def repeated(answer: Any) -> None:
            if isinstance(answer, dict):
                self.repeats.compare(curve, epoch.report, answer)

        self.pool.repeat(slot, self.lesson(curve.subject), curve, repeated)


def reported(epoch: int, answer: Any) -> Report:
    """Return a trainer's answer as a report, also where its process has ended."""
    return answer if isinstance(answer, Report) else Report(died(epoch, answer))


def head(curve: Curve) -> CurveHead:
    """Return what the store writes once for a curve."""
    parent = curve.parent.key if curve.parent is not None else ""
    subject = curve.subject
    return CurveHead(curve.key, subject.key, subject.repetition, curve.text, curve.cpus, parent, curve.branch)
