"""The curve server of a run: it answers experiments from the store, and has trained what is not there."""

from __future__ import annotations

import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.counters import Counters
from benchmarks.engines.live.incumbents import Incumbents
from benchmarks.engines.live.messages import Finished, FinishedAnswer, Known, Tested, Wanted
from benchmarks.engines.live.pool import Lesson, Pool
from benchmarks.engines.live.trainings import Trainings

LOOK_S = 0.5  # between two looks for trainings that hang
BACKLOG = 256  # experiments that connect at the same time


@dataclass(eq=False)
class Client:
    """An experiment that is connected."""

    number: int
    connection: Connection


class CurveServer(threading.Thread):
    """Serves the experiments of a run from one thread, in the process that drives it.

    Args:
        address: path of the socket, in a folder of this user's alone.
        store: the curves that are known.
        pool: makes the pool of trainers, from the function that wakes this thread.
        lesson: returns how a subject is trained.
        stall: seconds after which a training that reports nothing is ended.
        retry: train what has failed in an earlier run again.
        most_epochs: the most epochs that any experiment gives a trial.

    Attributes:
        error: what has ended the server before it was closed.
        trainings: those of the run.
    """

    def __init__(
        self,
        address: Path,
        store: CurveStore,
        pool: Callable[[Callable[[], None]], Pool],
        lesson: Callable[[Subject], Lesson],
        stall: float,
        retry: bool,
        most_epochs: int,
    ) -> None:
        super().__init__(name="curve server", daemon=True)
        self.error: Exception | None = None
        self._stall = stall
        self._awake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(address))
        self._listener.listen(BACKLOG)
        # One for all rounds: to register hundreds of connections anew takes longer than to answer one.
        self._sources = selectors.DefaultSelector()
        self._sources.register(self._listener, selectors.EVENT_READ, self._accept)
        self._sources.register(self._awake, selectors.EVENT_READ, self._drain)
        self._clients: dict[int, Client] = {}
        self._connected = 0
        self._pool = pool(self._wake)
        self.trainings = Trainings(store, self._pool, lesson, self._give, retry, most_epochs)
        self._incumbents = Incumbents(self.trainings)
        self._closing = False
        self._lived_s = self._processor_s = 0.0

    def run(self) -> None:
        """Serve until closed; an error of the store ends it and is kept."""
        began = time.monotonic()
        try:
            while not self._closing:
                self._serve()
        except Exception as error:  # noqa: BLE001 - the driver raises it
            self.error = error
            for client in list(self._clients.values()):
                self._leave(client)
        finally:
            self._lived_s, self._processor_s = time.monotonic() - began, time.thread_time()

    @property
    def counters(self) -> Counters:
        """What it and its trainers have done; whole once it has ended."""
        counts, slots = self.trainings.counts, len(self._pool.slots)
        trained = counts.trained, counts.again, counts.seconds
        return Counters(slots, self._lived_s, self._pool.busy_s, *trained, self._processor_s)

    @property
    def unfinished(self) -> set[str]:
        """Keys of the curves that experiments may go on with: all of them while any is connected."""
        return self.trainings.asked if self._clients else set()

    def close(self) -> None:
        """End the server and its trainers."""
        self._closing = True
        self._wake()
        if self.is_alive():
            self.join()
        self._pool.close()
        self._sources.close()
        self._listener.close()
        for client in list(self._clients.values()):
            client.connection.close()

    def _wake(self) -> None:
        try:
            os.write(self._waker, b".")
        except BlockingIOError:  # it is awake
            return

    def _serve(self) -> None:
        """Take in what has come, hand on answers, and give idle trainers something to do."""
        for source, _ in self._sources.select(LOOK_S):
            source.data()
        self._pool.answers()
        self._pool.give_up(self._stall)
        self.trainings.dispatch()

    def _drain(self) -> None:
        os.read(self._awake, 4096)

    def _accept(self) -> None:
        connected, _ = self._listener.accept()
        self._connected += 1
        client = Client(self._connected, Connection(connected.detach()))
        self._clients[client.number] = client
        self._sources.register(client.connection, selectors.EVENT_READ, partial(self._receive, client))

    def _receive(self, client: Client) -> None:
        if client.number not in self._clients:  # it has been given up in this round
            return
        try:
            message = client.connection.recv()
        except (EOFError, OSError):
            self._leave(client)
            return
        if isinstance(message, Wanted):
            self._answer(client, message)
        elif isinstance(message, Tested):
            self._incumbents.keep(message, lambda result: self._send(client, result))
        elif isinstance(message, Finished):
            self._send(client, FinishedAnswer(self.trainings.repeats.differing(message.trainable)))

    def _answer(self, client: Client, request: Wanted) -> None:
        """Send the epochs that are known, from the wanted one on, or let the experiment wait for it."""
        known = [epoch for epoch in self.trainings.known(request.curve) if epoch.epoch >= request.epoch]
        if known:
            self._send(client, Known(request.curve.key, known))
        else:
            self.trainings.want(client.number, request.curve, request.epoch)

    def _give(self, experiment: int, key: str, epoch: TrainedEpoch) -> None:
        client = self._clients.get(experiment)
        if client is not None:
            self._send(client, Known(key, (epoch,), new=1))

    def _send(self, client: Client, message: Any) -> None:
        if client.number not in self._clients:
            return
        try:
            client.connection.send(message)
        except OSError:  # it has been given up
            self._leave(client)

    def _leave(self, client: Client) -> None:
        if self._clients.pop(client.number, None) is not None:
            self._sources.unregister(client.connection)
            client.connection.close()
            self.trainings.leave(client.number)
