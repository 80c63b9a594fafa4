"""Lanes of the engine ``virtual``: each experiment is a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from benchmarks.cluster import THREADS
from benchmarks.engines.execution import Site
from benchmarks.engines.outcome import Outcome
from benchmarks.engines.task import Beat, run_watched
from benchmarks.experiment import Experiment
from benchmarks.lane import Died, Lane, Limits

NAMES = "TUNEGRID_PRELOAD"  # the variable that tells the server process what to load
END_S = 5.0  # a process that has sent its outcome ends within milliseconds


class ProcessLane(Lane):
    """Runs each experiment in a process that is forked from one which has the libraries loaded."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._context = multiprocessing.get_context("forkserver")
        self._process: Any = None

    def open(self, experiment: Experiment, site: Site) -> Any:
        ours, theirs = self._context.Pipe(duplex=False)
        self._process = self._context.Process(target=serve, args=(theirs, experiment, site), daemon=True)
        self._process.start()
        theirs.close()
        return ours

    def receive(self) -> Beat | Outcome:
        try:
            message: Beat | Outcome = self.stream.recv()
        except EOFError as error:
            self._process.join(END_S)
            raise Died(f"it ended with code {self._process.exitcode}") from error
        if isinstance(message, Outcome):
            self.stream.close()
            self._process.join(END_S)
        return message

    def renew(self) -> None:
        """Nothing is shared with the next experiment."""

    def stop(self) -> None:
        if self.stream is not None:
            self._process.kill()
            self._process.join(END_S)
            self.stream.close()
            self.stream = None

    @classmethod
    def ready(cls, lanes: Sequence[Self], timeout: float) -> list[Self]:
        ready = wait([lane.stream for lane in lanes], timeout)
        return [lane for lane in lanes if lane.stream in ready]


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder for what Tune writes in spite of all, in memory if there is such a disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="tg-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def serve(connection: Connection, experiment: Experiment, site: Site) -> None:
    """Run the experiment and send what it says; the process then ends."""
    for message in run_watched(experiment, site):
        connection.send(message)
    connection.close()


def preload(searchers: Iterable[str], schedulers: Iterable[str], trainables: Iterable[str]) -> None:
    """Let the processes to come start with these parts' libraries and tables loaded; once per program."""
    os.environ.update(THREADS)
    os.environ[NAMES] = json.dumps([sorted(set(names)) for names in (searchers, schedulers, trainables)])
    multiprocessing.get_context("forkserver").set_forkserver_preload(["benchmarks.engines.virtual.preloaded"])
