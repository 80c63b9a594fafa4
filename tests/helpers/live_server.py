"""The engine ``live`` without Ray: server and experiments in the test's process, trainers in others."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudpickle
import pytest
from ray import tune

from benchmarks.curves.live.lineage import Subject
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.live.curve_server import CurveServer
from benchmarks.engines.live.execution import LiveExecution
from benchmarks.engines.live.messages import Source
from benchmarks.engines.live.pool import Lesson, Pool, Slot
from benchmarks.engines.live.trainer import Trainer
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES, Capability, trainable
from benchmarks.suite.session import Session
from benchmarks.trainables._simulated import Simulated
from benchmarks.trainables.branin import space
from benchmarks.training.reports import reporting
from benchmarks.training.trained import as_tune_takes_it
from results.store.schema import tune_name

STALL_S = 60.0  # a guard against a hang
MOST_EPOCHS = 20
#: Torch does not survive a fork once it has trained, so processes come from one that has not.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["benchmarks.engines.live.trainer"])
TIMED = "branin-timed"


class Timed(Simulated):
    """Branin's curves as a real training, which says itself how long an epoch takes."""

    curves = TRAINABLES["branin"].curves

    def step(self) -> dict[str, Any]:
        before = self.state
        cost = self.model.step(before, self.config, self.cpus()).cost
        return super().step() | {"time_this_iter_s": cost}


trainable(
    TIMED,
    "Branin's function for the engines virtual and live",
    space=space,
    metric=TRAINABLES["branin"].metric,
    mode="min",
    mutable=("x", "y"),
    chance=False,
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    curves=TRAINABLES["branin"].curves,
)(Timed)


@trainable(
    "collapses",
    "is best at its third epoch, then worst, where x is large",
    space=space,
    metric="score",
    mode="max",
    mutable=("x",),
    test_metric="test_score",
)
class Collapses(tune.Trainable):
    """A trial whose last model is not its best one."""

    def setup(self, config: dict[str, Any]) -> None:
        self.epoch, self.score = 0, 0.0

    def step(self) -> dict[str, Any]:
        self.epoch += 1
        large = self.config["x"] > 0
        collapse = {3: 100.0, 4: -100.0}.get(self.epoch, 0.0) if large else 0.0
        self.score = self.config["x"] + collapse
        return {"score": self.score, "time_this_iter_s": 1.0 if large else 1.7}

    def test(self) -> dict[str, float]:
        return {"test_score": self.score}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:  # type: ignore[override]
        return {"epoch": self.epoch, "score": self.score}

    def load_checkpoint(self, checkpoint: Any) -> None:
        self.epoch, self.score = checkpoint["epoch"], checkpoint["score"]

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config, self.epoch, self.score = new_config, 0, 0.0
        return True


def _serve(calls: Connection) -> None:
    """Be a trainer: carry out calls until there are no more."""
    trainer = Trainer()
    while (call := calls.recv()) is not None:
        name, *arguments = cloudpickle.loads(call)
        calls.send_bytes(cloudpickle.dumps(getattr(trainer, name)(*arguments)))
    trainer.stop()


class LocalActor:
    """A trainer in a process of its own, with the calls of an actor of Ray."""

    def __init__(self) -> None:
        self._calls, theirs = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self._thread = ThreadPoolExecutor(1)

    def __getattr__(self, name: str) -> Any:
        def remote(*arguments: Any) -> Any:
            future: Future[Any] = self._thread.submit(self._call, name, *arguments)
            return SimpleNamespace(future=lambda: future)

        return SimpleNamespace(remote=remote)

    def _call(self, *call: Any) -> Any:
        self._calls.send(cloudpickle.dumps(call))
        return cloudpickle.loads(self._calls.recv_bytes())

    def kill(self) -> None:
        self.process.kill()
        self._thread.shutdown(wait=False)

    def end(self) -> None:
        self._thread.shutdown()
        self._calls.send(None)
        self.process.join()


class LocalPool(Pool):
    """Trainers without Ray."""

    def _start(self) -> Any:
        return LocalActor()

    def _replace(self, slot: Slot) -> None:
        slot.actor.kill()
        slot.actor, slot.living, slot.prepared = self._start(), set(), set()

    def close(self) -> None:
        for slot in self.slots:
            slot.actor.end()


def lesson(subject: Subject) -> Lesson:
    """Return how a subject is trained, without Ray's references."""
    spec = TRAINABLES[subject.trainable]
    arrays = spec.load("subset", 0, None)
    session = Session(subject.trainable, subject.repetition, "cpu", arrays, "")
    return Lesson(
        trainable=reporting(as_tune_takes_it(spec, session)),
        target=spec.target,
        session=session,
        resources={},
        keeps=Capability.CHECKPOINTS in spec.provides,
        metric=tune_name(spec.metric),
        larger=spec.mode == "max",
    )


class QuietExecution(LiveExecution):
    """An execution that leaves the niceness of the test's process alone."""

    def get_ready(self) -> None:
        """Nothing to do."""


class Live:
    """Experiments on one curve server after another, which share a folder of curves."""

    def __init__(self, folder: Path, address: Path) -> None:
        self.folder, self._address = folder, address
        self.server: CurveServer
        self.start()

    def start(
        self, retry: bool = False, most_bytes: int = 2**30, stall: float = STALL_S, trainers: int = 1
    ) -> None:
        """Start a server."""
        store = CurveStore(self.folder / "curves", most_bytes)
        pool = partial(LocalPool, trainers, 0.0)
        self.server = CurveServer(self._address, store, pool, lesson, stall, retry, MOST_EPOCHS)
        self.server.start()

    @property
    def address(self) -> str:
        """The server's socket."""
        return str(self._address)

    def stop(self) -> None:
        """End it, and store its curves."""
        self.server.close()
        self.server.trainings.store.close()
        self._address.unlink()
        assert self.server.error is None, self.server.error

    def forget(self) -> None:
        """Remove all curves."""
        shutil.rmtree(self.folder / "curves")

    def run(self, name: str, searcher: str, scheduler: str, **fields: Any) -> Outcome:
        """Run an experiment and return its outcome."""
        asked = Experiment(name, searcher, scheduler, engine="live", **fields)
        source = Source(self.address, "content")
        scratch = self.folder / "scratch"
        return QuietExecution(asked, ExecutionContext(source, "", str(self.folder), str(scratch))).run()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with tempfile.TemporaryDirectory(prefix="live-", dir="/tmp") as short:  # sockets have short names
        served = Live(tmp_path, Path(short, "curves"))
        yield served
        served.stop()


@pytest.fixture
def virtual(tmp_path: Path) -> Callable[..., Outcome]:
    """Run an experiment on the engine ``virtual``."""

    def run(name: str, searcher: str, scheduler: str, **fields: Any) -> Outcome:
        asked = Experiment(name, searcher, scheduler, engine="virtual", **fields)
        return VirtualExecution(asked, ExecutionContext({}, "", str(tmp_path), str(tmp_path / "s"))).run()

    return run
