"""Checkpoints from which trainings go on; those that are gone are made once more."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.counters import Counts
from benchmarks.engines.live.pool import Lesson, Pool, Slot, reported
from benchmarks.engines.live.saving import keep_checkpoint
from benchmarks.engines.live.trainer import TrainingReport, TrainingTask

#: Gives an idle trainer something to do, or finds that there is nothing to do.
SlotJob = Callable[[Slot], None]
#: Hears why a checkpoint could not be made, "" if it was; its folder may be gone after the call.
Then = Callable[[str, Path], None]


@dataclass(frozen=True)
class Origin:
    """The checkpoint that a training goes on from, or its beginning.

    Attributes:
        epoch: behind the checkpoint, 0 without one.
        folder: of the checkpoint; "" to begin anew.
        copied: the folder is a copy for this training alone, which nobody else drops.
    """

    epoch: int = 0
    folder: str = ""
    copied: bool = False

    @property
    def evicted(self) -> bool:
        """Whether the checkpoint has been dropped since."""
        return bool(self.folder) and not Path(self.folder).is_dir()

    def drop(self) -> None:
        """Remove a copy."""
        if self.copied:
            shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Remake:
    """A checkpoint that is made once more, and what waits for it."""

    curve: Curve
    epoch: int
    then: list[Then] = field(default_factory=list)


class Remakes:
    """Finds where a training goes on, and has checkpoints made once more.

    Args:
        store: the curves and their checkpoints.
        pool: of trainers.
        lesson: returns how a subject is trained.
        jobs: get what a trainer is to do before the next epoch.
        counts: learn which epochs are trained once more.
    """

    def __init__(
        self,
        store: CurveStore,
        pool: Pool,
        lesson: Callable[[Subject], Lesson],
        jobs: deque[SlotJob],
        counts: Counts,
    ) -> None:
        self._store, self._pool, self._lesson, self._jobs, self._counts = store, pool, lesson, jobs, counts
        self._waiting: dict[tuple[str, int], Remake] = {}

    def remake(self, curve: Curve, epoch: int, then: Then) -> None:
        """Have the checkpoint behind an epoch made once more."""
        place = curve.key, epoch
        if place in self._waiting:
            self._waiting[place].then.append(then)
        else:
            self._waiting[place] = Remake(curve, epoch, [then])
            self._jobs.append(partial(self._make, self._waiting[place]))

    def go_on(
        self,
        curve: Curve,
        behind: int,
        slot: Slot,
        train: Callable[[Origin, Slot], None],
        fail: Callable[[str], None],
    ) -> None:
        """Let a curve be trained behind an epoch.

        Args:
            curve: of which the next epoch is trained.
            behind: the epoch before it.
            slot: an idle trainer.
            train: is called with the origin and a trainer; with another trainer, later, if the checkpoint of
                the curve's parent must be made first.
            fail: is called with the reason if that is not possible.
        """
        if (origin := self._origin(curve, behind)) is not None:
            train(origin, slot)
            return
        assert curve.parent is not None, "only a branch begins at another curve's checkpoint"

        def remade(why: str, folder: Path) -> None:
            if why:
                fail(why)
                return
            # The store may not have room for it for long.
            copied = self._store.new_checkpoint()
            shutil.copytree(folder, copied, dirs_exist_ok=True)
            self._jobs.append(partial(train, Origin(curve.branch, str(copied), copied=True)))

        self.remake(curve.parent, curve.branch, remade)

    def put_back(
        self,
        task: TrainingTask,
        origin: Origin,
        report: TrainingReport,
        train: Callable[[Origin, Slot], None],
        begin: SlotJob,
    ) -> bool:
        """Put a task back that has failed for no fault of its curve; return whether it has.

        Args:
            task: what was to be trained.
            origin: where it went on.
            report: what became of it.
            train: trains it once more, after the disk was full.
            begin: looks for an origin once more, after this one was evicted on the way.
        """
        if report.full:
            shutil.rmtree(task.save_to, ignore_errors=True)
            self._store.make_room()
            self._jobs.append(partial(train, origin))
        elif report.epoch.failure and origin.evicted:
            self._jobs.append(begin)
        else:
            return False
        return True

    def _origin(self, curve: Curve, behind: int) -> Origin | None:
        """Return the nearest checkpoint of a curve; None if its parent's must be made once more."""
        if behind == 0 or not self._lesson(curve.subject).keeps:
            return Origin()
        kept = [epoch for epoch in self._store.checkpoints(curve.key) if epoch <= behind]
        if kept and (folder := self._store.checkpoint(curve.key, max(kept))) is not None:
            return Origin(max(kept), str(folder))
        if curve.parent is None:
            return Origin()
        folder = self._store.checkpoint(curve.parent.key, curve.branch)
        return None if folder is None else Origin(curve.branch, str(folder))

    def _make(self, remake: Remake, slot: Slot) -> None:
        fail = partial(self._end, remake, folder=Path())
        self.go_on(remake.curve, remake.epoch - 1, slot, partial(self._train, remake), fail)

    def _train(self, remake: Remake, origin: Origin, slot: Slot) -> None:
        curve = remake.curve
        save_to = str(self._store.new_checkpoint())
        task = TrainingTask(curve, remake.epoch, origin.epoch, origin.folder, save_to)
        done = partial(self._trained, remake, origin, task)
        self._pool.train(slot, self._lesson(curve.subject), task, done)

    def _trained(self, remake: Remake, origin: Origin, task: TrainingTask, answer: Any) -> None:
        report = reported(remake.epoch, answer)
        if self.put_back(task, origin, report, partial(self._train, remake), partial(self._make, remake)):
            return
        origin.drop()
        self._counts.again += 1 + report.again
        why = report.epoch.failure or ("" if report.saved else "none was saved")
        self._end(remake, why, Path(task.save_to))
        keep_checkpoint(self._store, self._lesson(task.curve.subject), task, report)

    def _end(self, remake: Remake, why: str, folder: Path) -> None:
        del self._waiting[remake.curve.key, remake.epoch]
        for then in remake.then:
            then(why, folder)
