"""The curves of an experiment, asked of the curve server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.core.reasons import Headline
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.model import CurveModel, Epoch
from benchmarks.engines.live.messages import (
    Finished,
    FinishedAnswer,
    Known,
    Source,
    Tested,
    TestResult,
    Wanted,
)

Charge = Callable[..., Any]


@dataclass(frozen=True)
class Trained:
    """The state of a trial: epochs of a curve; no curve before its first epoch."""

    curve: Curve | None = None
    epoch: int = 0


@dataclass
class _Asked:
    """The known part of a curve: its epochs by their number."""

    epochs: dict[int, TrainedEpoch] = field(default_factory=dict)
    asked: int = 0  # the last epoch asked for


@dataclass
class Load:
    """The load of the machine while epochs were trained.

    Attributes:
        seconds, processor_s: of the epochs.
        busy_s: seconds of all processors together that they were busy, over the number of processors.
        measured_s: seconds of the epochs of which that is known.
    """

    seconds: float = 0.0
    processor_s: float = 0.0
    busy_s: float = 0.0
    measured_s: float = 0.0

    def add(self, epoch: TrainedEpoch) -> None:
        """Count an epoch that a trial was given."""
        self.seconds += epoch.seconds
        self.processor_s += epoch.processor_seconds
        if epoch.busy == epoch.busy:  # NaN where the system does not tell
            self.busy_s += epoch.busy * epoch.seconds
            self.measured_s += epoch.seconds

    @property
    def busy(self) -> float | None:
        """Mean share of the machine's processors that were busy, 0 to 1."""
        return self.busy_s / self.measured_s if self.measured_s else None

    @property
    def stretch(self) -> float | None:
        """Seconds of the epochs over their processor seconds."""
        return self.seconds / self.processor_s if self.processor_s else None


class TrainedCurves(CurveModel):
    """Curves of real trainings, which are made when they are first asked for.

    Args:
        source: the curve server.
        subject: what is trained.
        charge: ``Ledger.charge``, which learns how long this process has waited.
    """

    def __init__(self, source: Source, subject: Subject, charge: Charge) -> None:
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(source.address)
        self._server = Connection(connected.detach())
        self._subject, self._charge = subject, charge
        self._known: dict[str, _Asked] = {}
        self.held = False  # it waits for the server
        self.served = 0  # epochs given to trials
        self.trained = 0  # of those, trained since this experiment began
        self.load = Load()  # of the machine meanwhile
        self.factor = source.factors.get(subject.key)  # of seconds, if they were measured again

    def start(self, config: Mapping[str, Any]) -> Trained:
        """Return the state of a trial that has not trained yet."""
        return Trained()

    def ask(self, state: Trained, config: Mapping[str, Any], cpus: float) -> Curve:
        """Let the server have the next epoch trained, unless it is known here; return its curve."""
        curve, epoch = self._curve(state, config, cpus), state.epoch + 1
        known = self._known.setdefault(curve.key, _Asked())
        if epoch not in known.epochs and known.asked < epoch:
            known.asked = epoch
            self._server.send(Wanted(curve, epoch))
        return curve

    def step(self, state: Trained, config: Mapping[str, Any], cpus: float) -> Epoch:
        """Return the next epoch, waiting until it has been trained.

        Raises:
            Headline: if the training has failed; its ``cost`` says after how many seconds.
        """
        curve, epoch = self.ask(state, config, cpus), state.epoch + 1
        known = self._known[curve.key].epochs
        if epoch not in known:
            self._charge("wait", self._wait_for, known, epoch)
        self.served += 1
        trained = known[epoch]
        self.load.add(trained)
        seconds = trained.seconds * (self.factor or 1.0)
        if trained.failure:
            failed = Headline(trained.failure)
            failed.cost = seconds
            raise failed
        return Epoch(Trained(curve, epoch), dict(trained.report), seconds)

    def test(self, state: Trained, folder: str, test: bool) -> TestResult:
        """Copy the checkpoint of a state to a folder, and return what the trainable's ``test`` says of it."""
        assert state.curve is not None, "only a trained model can be tested"
        self._server.send(Tested(state.curve, state.epoch, folder, test))
        answer: TestResult = self._answer(TestResult)
        return answer

    def differs(self) -> str | None:
        """Return how two trainings of a configuration differed; see ``FinishedAnswer``."""
        self._server.send(Finished(self._subject.trainable))
        answer: FinishedAnswer = self._answer(FinishedAnswer)
        return answer.differs

    def _answer(self, kind: type) -> Any:
        self.held = True
        while not isinstance(message := self._server.recv(), kind):
            self._take(message)
        self.held = False
        return message

    def _curve(self, state: Trained, config: Mapping[str, Any], cpus: float) -> Curve:
        if state.curve is None:
            return Curve(self._subject, dict(config), cpus)
        return state.curve.continued(state.epoch, config, cpus)

    def _wait_for(self, known: Mapping[int, TrainedEpoch], epoch: int) -> None:
        self.held = True
        while epoch not in known:
            self._take(self._server.recv())
        self.held = False

    def _take(self, known: Known) -> None:
        self._known[known.key].epochs.update({epoch.epoch: epoch for epoch in known.epochs})
        self.trained += known.new
