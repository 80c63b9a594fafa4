"""The curve server of a run: it answers experiments from the store, and has trained what is not there."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.demands import Demand, Demands
from benchmarks.engines.live.messages import (
    Finished,
    FinishedAnswer,
    Known,
    Tested,
    TestResult,
    Wanted,
)
from benchmarks.engines.live.pool import Lesson, Pool, Slot, died, wake_by
from benchmarks.engines.live.repeats import Repeats
from benchmarks.engines.live.trainer import Report, Task
from benchmarks.training.reports import number

LOOK_S = 0.5  # between two looks for trainings that hang
BACKLOG = 256  # experiments that connect at the same time


@dataclass
class Counts:
    """What a curve server has done.

    Attributes:
        trained: epochs, each once.
        again: epochs that were trained once more, since no checkpoint of them was left.
        seconds: of the trainings.
    """

    trained: int = 0
    again: int = 0
    seconds: float = 0.0


@dataclass(eq=False)
class Client:
    """An experiment that is connected."""

    number: int
    connection: Connection


@dataclass
class Remake:
    """A checkpoint that is made once more, and what waits for it."""

    curve: Curve
    epoch: int
    then: list[Callable[[str], None]] = field(default_factory=list)  # called with why it failed, or ""


class CurveServer(threading.Thread):
    """Serves the experiments of a run from one thread, in the process that drives it.

    Args:
        address: path of the socket, in a folder of this user's alone.
        store: the curves that are known.
        pool: makes the pool of trainers, from the function that wakes this thread.
        lessons: how a subject is trained.
        stall: seconds after which a training that reports nothing is ended.
        retry: train what has failed in an earlier run again.

    Attributes:
        error: what has ended the server before it was closed.
    """

    def __init__(
        self,
        address: Path,
        store: CurveStore,
        pool: Callable[[Callable[[], None]], Pool],
        lessons: Callable[[Subject], Lesson],
        stall: float,
        retry: bool = False,
    ) -> None:
        super().__init__(name="curve server", daemon=True)
        self.error: Exception | None = None
        self.counts = Counts()
        self.repeats = Repeats()
        self._store, self._stall, self._retry = store, stall, retry
        self._lesson, self._lessons = lessons, dict[Subject, Lesson]()
        self._wakened, waker = os.pipe()
        self._wake = wake_by(waker)
        self._pipe = (self._wakened, waker)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(address))
        self._listener.listen(BACKLOG)
        self._pool = pool(self._wake)
        self._clients: dict[Connection, Client] = {}
        self._numbers: dict[int, Client] = {}
        self._demands = Demands()
        self._training: dict[str, Demand] = {}
        self._remakes: dict[tuple[str, int], Remake] = {}
        self._jobs: deque[Callable[[Slot], None]] = deque()  # what comes before the next epoch
        self._best: dict[str, float] = {}
        self._lost: dict[str, TrainedEpoch] = {}  # whose process died: not the curve's own, so not stored
        self._closing = False

    def run(self) -> None:
        """Serve until closed; an error of the store ends it and is kept."""
        try:
            while not self._closing:
                self._serve()
        except Exception as error:  # noqa: BLE001 - the driver raises it
            self.error = error
            for client in list(self._clients.values()):
                self._leave(client)

    def close(self) -> None:
        """End the server, its trainers, and store what has been trained."""
        self._closing = True
        self._wake()
        if self.is_alive():
            self.join()
        self._pool.close()
        self._listener.close()
        for descriptor in self._pipe:
            os.close(descriptor)
        self._store.close()

    def _serve(self) -> None:
        """Take in what has come, hand on answers, and give idle trainers something to do."""
        for source in wait([self._listener, self._wakened, *self._clients], LOOK_S):
            if source is self._listener:
                self._accept()
            elif source == self._wakened:
                os.read(self._wakened, 4096)
            elif isinstance(source, Connection) and source in self._clients:
                self._receive(self._clients[source])
        self._pool.answers()
        self._pool.give_up(self._stall)
        self._dispatch()

    def _accept(self) -> None:
        connected, _ = self._listener.accept()
        client = Client(len(self._numbers), Connection(connected.detach()))
        self._clients[client.connection] = self._numbers[client.number] = client

    def _receive(self, client: Client) -> None:
        try:
            message = client.connection.recv()
        except (EOFError, OSError):
            self._leave(client)
            return
        if isinstance(message, Wanted):
            self._want(client, message)
        elif isinstance(message, Tested):
            self._keep(client, message)
        elif isinstance(message, Finished):
            self._send(client, FinishedAnswer(self.repeats.differing(message.trainable)))

    def _send(self, client: Client | None, message: Any) -> None:
        if client is None or client.connection not in self._clients:
            return
        try:
            client.connection.send(message)
        except OSError:  # it has been given up
            self._leave(client)

    def _leave(self, client: Client) -> None:
        if self._clients.pop(client.connection, None) is not None:
            client.connection.close()
            self._demands.leave(client.number)

    # What experiments ask for.

    def _want(self, client: Client, wanted: Wanted) -> None:
        curve, key = wanted.curve, wanted.curve.key
        epochs = self._epochs(curve)
        known = [epoch for epoch in epochs if epoch.epoch >= wanted.epoch]
        if known:
            self._send(client, Known(key, known))
            return
        demand = self._training.get(key) or self._demands.get(key)
        if demand is None:
            demand = self._demands.new(curve, (epochs[-1].epoch if epochs else curve.branch) + 1)
            self._demands.put(demand)
        demand.waiting[client.number] = wanted.epoch

    def _epochs(self, curve: Curve) -> list[TrainedEpoch]:
        """Return the epochs that are known of a curve; a failure that is to be tried again is not."""
        key = curve.key
        epochs = list(self._store.epochs(key))
        if epochs and epochs[-1].failure and self._retry and key not in self._best:
            self._store.forget_failure(key)
            epochs.pop()
        return epochs + ([self._lost[key]] if key in self._lost else [])

    def _keep(self, client: Client, asked: Tested) -> None:
        """Copy a checkpoint to the run's folder, and test its model unless that has been done."""
        curve, epoch = asked.curve, asked.epoch
        folder = self._store.checkpoint(curve.key, epoch)
        if folder is None:
            if not self._taught(curve.subject).keeps:
                self._send(client, TestResult(False))
                return

            def remade(why: str) -> None:
                if why:
                    self._send(client, TestResult(False, failure=why))
                else:
                    self._keep(client, asked)

            self._remake(curve, epoch, remade)
            return
        shutil.copytree(folder, asked.folder, dirs_exist_ok=True)
        known = next((e for e in self._store.epochs(curve.key) if e.epoch == epoch), None)
        if not asked.test or (known is not None and known.test is not None):
            self._send(client, TestResult(True, known.test if known and asked.test else None))
            return
        self._jobs.append(partial(self._test, client, asked, str(folder)))

    def _test(self, client: Client, asked: Tested, folder: str, slot: Slot) -> None:
        curve, epoch = asked.curve, asked.epoch

        def tested(answer: Any) -> None:
            if isinstance(answer, dict):
                numbers = {name: value for name, v in answer.items() if (value := number(v)) is not None}
                self._store.add_test(curve.key, epoch, numbers)
                self._send(client, TestResult(True, numbers))
            else:
                why = answer if isinstance(answer, str) else died(epoch, answer).failure
                self._send(client, TestResult(True, failure=why))

        known = next((e for e in self._store.epochs(curve.key) if e.epoch == epoch), None)
        if known is not None and known.test is not None:  # another experiment has asked meanwhile
            self._send(client, TestResult(True, known.test))
            return
        self._pool.test(slot, self._taught(curve.subject), curve, epoch, folder, tested)

    # What is trained.

    def _taught(self, subject: Subject) -> Lesson:
        if subject not in self._lessons:
            self._lessons[subject] = self._lesson(subject)
        return self._lessons[subject]

    def _dispatch(self) -> None:
        for slot in self._pool.idle():
            while slot.done is None:
                if self._jobs:
                    self._jobs.popleft()(slot)
                elif demand := self._demands.take(slot.living, self._bound(slot)):
                    self._train(slot, demand)
                else:
                    break

    def _bound(self, slot: Slot) -> set[str]:
        """Return the curves that go on in another trainer only, since they have no checkpoints."""
        others = (other.living for other in self._pool.slots if other is not slot)
        return {key for living in others for key in living if not self._restorable(key)}

    def _restorable(self, key: str) -> bool:
        demand = self._demands.get(key)
        return demand is None or self._taught(demand.curve.subject).keeps

    def _train(self, slot: Slot, demand: Demand) -> None:
        curve, epoch = demand.curve, demand.epoch
        base = self._base(curve, epoch - 1)
        if base is None:
            assert curve.parent is not None, "only a branch begins at a checkpoint of another curve"
            self._training[curve.key] = demand
            self._remake(curve.parent, curve.branch, partial(self._go_on, demand))
            return
        self._training[curve.key] = demand
        lesson = self._taught(curve.subject)
        save_to = str(self._store.new_checkpoint()) if lesson.keeps else ""
        task = Task(curve, epoch, *base, save_to)
        self._pool.train(slot, lesson, task, partial(self._trained, demand, task))

    def _base(self, curve: Curve, behind: int) -> tuple[int, str] | None:
        """Return the nearest checkpoint of a curve and the epochs behind it; None if one is missing first."""
        if behind == 0 or not self._taught(curve.subject).keeps:
            return 0, ""
        kept = [epoch for epoch in self._store.checkpoints(curve.key) if epoch <= behind]
        if kept and (folder := self._store.checkpoint(curve.key, max(kept))) is not None:
            return max(kept), str(folder)
        if curve.parent is None:
            return 0, ""
        parents = self._store.checkpoint(curve.parent.key, curve.branch)
        return None if parents is None else (curve.branch, str(parents))

    def _trained(self, demand: Demand, task: Task, answer: Any) -> None:
        """Store an epoch, and give it to those who wait for it."""
        curve, key = demand.curve, demand.curve.key
        report = answer if isinstance(answer, Report) else Report(died(demand.epoch, answer))
        if report.epoch.failure and task.checkpoint and not Path(task.checkpoint).is_dir():
            self._jobs.append(partial(self._train, demand=demand))  # it was evicted on the way
            return
        epoch = report.epoch
        self._count(epoch, report.again)
        if isinstance(answer, Report):
            self._store.add(head(curve), epoch)
        else:
            self._lost[key] = epoch
        self._save(curve, task, report)
        del self._training[key]
        self._give(demand, epoch)
        if epoch.epoch == 1 and not epoch.failure and self.repeats.wants(curve):
            self._jobs.append(partial(self._repeat, curve, epoch))

    def _give(self, demand: Demand, epoch: TrainedEpoch) -> None:
        for waiting, wanted in list(demand.waiting.items()):
            if epoch.failure or wanted <= epoch.epoch:
                del demand.waiting[waiting]
                given = replace(epoch, epoch=wanted) if epoch.failure else epoch
                self._send(self._numbers.get(waiting), Known(demand.curve.key, (given,), new=1))
        if demand.waiting:
            demand.epoch += 1
            self._demands.put(demand)

    def _count(self, epoch: TrainedEpoch, again: int) -> None:
        self.counts.trained += "__duplicate__" not in epoch.report
        self.counts.again += again
        self.counts.seconds += epoch.seconds

    def _save(self, curve: Curve, task: Task, report: Report) -> None:
        if not task.save_to:
            return
        if not report.saved:
            shutil.rmtree(task.save_to, ignore_errors=True)
            return
        lesson = self._taught(curve.subject)
        value = number(report.epoch.report.get(lesson.metric))
        best = self._best.get(curve.key)
        record = value is not None and (best is None or (value > best if lesson.larger else value < best))
        if record and value is not None:
            self._best[curve.key] = value
        self._store.keep_checkpoint(curve.key, report.epoch.epoch, Path(task.save_to), record=record)

    def _remake(self, curve: Curve, epoch: int, then: Callable[[str], None]) -> None:
        """Have the checkpoint behind an epoch made once more, then call ``then``."""
        place = curve.key, epoch
        if place in self._remakes:
            self._remakes[place].then.append(then)
            return
        remake = self._remakes[place] = Remake(curve, epoch, [then])
        self._jobs.append(partial(self._make, remake))

    def _make(self, remake: Remake, slot: Slot) -> None:
        curve, epoch = remake.curve, remake.epoch
        base = self._base(curve, epoch - 1)
        if base is None:
            assert curve.parent is not None, "only a branch begins at a checkpoint of another curve"
            again = partial(self._jobs.append, partial(self._make, remake))
            self._remake(curve.parent, curve.branch, lambda why: again() if not why else done(why))
            return
        lesson = self._taught(curve.subject)
        task = Task(curve, epoch, *base, str(self._store.new_checkpoint()))

        def done(why: str) -> None:
            del self._remakes[curve.key, epoch]
            for then in remake.then:
                then(why)

        def made(answer: Any) -> None:
            report = answer if isinstance(answer, Report) else Report(died(epoch, answer))
            self.counts.again += 1 + report.again
            self._save(curve, task, report)
            done(report.epoch.failure)

        self._pool.train(slot, lesson, task, made)

    def _go_on(self, demand: Demand, why: str) -> None:
        """Train an epoch whose checkpoint has been made once more."""
        if not why:
            self._jobs.append(partial(self._train, demand=demand))
            return
        del self._training[demand.curve.key]
        self._give(demand, died(demand.epoch, RuntimeError(f"its checkpoint cannot be made again: {why}")))

    def _repeat(self, curve: Curve, epoch: TrainedEpoch, slot: Slot) -> None:
        """Train an epoch a second time, to see whether two trainings are equal."""

        def repeated(answer: Any) -> None:
            if isinstance(answer, dict):
                self.repeats.compare(curve, epoch.report, answer)

        self._pool.repeat(slot, self._taught(curve.subject), curve, repeated)


def head(curve: Curve) -> CurveHead:
    """Return what the store writes once for a curve."""
    parent = curve.parent.key if curve.parent is not None else ""
    subject = curve.subject
    return CurveHead(curve.key, subject.key, subject.repetition, curve.text, curve.cpus, parent, curve.branch)
