"""The first trial of a trainable, in a process of its own: what it reports, twice, and after a rest.

``python -m benchmarks.execution.first_trial REQUEST ANSWER`` reads and writes JSON files.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.core.errors import DataError
from benchmarks.core.reasons import headline
from benchmarks.spaces.user_functions import drawn
from benchmarks.suite.registry import TRAINABLES, Capability, TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.training.functions import function_alone
from benchmarks.training.reports import plain
from benchmarks.training.standalone import standalone
from results.store.schema import NO_METRICS

Metrics = dict[str, Any]  # of an epoch; all but numbers are text
NOT_COMPARED = ("time_this_iter_s",)


@dataclass
class Request:
    """The trial to make: a registered trainable on its data, with the configuration of a seed."""

    trainable: str
    data: str
    train_size: int
    data_dir: str | None
    device: Any
    seed: int


@dataclass
class FirstTrial:
    """The facts of a first trial.

    Attributes:
        config: what was trained.
        first: reports of its first epochs; of a trainable that saves, two.
        again: reports of the first epoch of the same configuration, trained anew.
        resumed: reports of the second epoch after a rest, of a trainable that saves.
        seconds: of the last epoch that was trained.
        saves: it says that it saves and loads.
        saved: a function that reports a checkpoint though it does not say so.
        failed: the step that raised: train, again, save or load; empty if none did.
        why: the error in a line, with the line of the user's code.
    """

    config: str = ""
    first: list[Metrics] = field(default_factory=list)
    again: list[Metrics] = field(default_factory=list)
    resumed: list[Metrics] = field(default_factory=list)
    seconds: float = 0.0
    saves: bool = False
    saved: bool = False
    failed: str = ""
    why: str = ""


def tried(request: Request) -> FirstTrial:
    """Train the first epochs and return the facts; what the trainable raises is one of them."""
    spec, trial = TRAINABLES[request.trainable], FirstTrial()
    trial.saves = Capability.CHECKPOINTS in spec.provides
    step = "load its data"
    try:
        arrays = spec.load(request.data, request.train_size, request.data_dir)
        session = Session(spec.name, 0, request.device, arrays, f"{spec.name} for its check")
        config = drawn(spec.space(), request.seed)
        trial.config = repr(config)
        with tempfile.TemporaryDirectory() as folder:
            step = "train"
            with running(spec, config, session, Path(folder, "first")) as first:
                for _ in range(2 if trial.saves else 1):
                    began = time.perf_counter()
                    trial.first.append(first.step())
                    trial.seconds = time.perf_counter() - began
                trial.saved = bool(trial.first[-1]) and first.saved_unasked()
            step = "again"
            _careless()
            with running(spec, config, session, Path(folder, "again")) as again:
                trial.again.append(again.step())
                if trial.saves:
                    step = "save"
                    saved = again.save()
            if trial.saves:
                step = "load"
                _careless()
                with running(spec, config, session, Path(folder, "again")) as again:
                    again.load(saved)
                    trial.resumed.append(again.step())
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a user's code may raise anything
        trial.failed, trial.why = step, _why(error)
    return trial


class _Class:
    """A class trainable that is set up."""

    def __init__(self, trial: Any, folder: Path) -> None:
        self._trial, self._folder = trial, folder

    def step(self) -> Metrics:
        return _numbers(self._trial.step())

    def save(self) -> Any:
        self._folder.mkdir(parents=True, exist_ok=True)
        checkpoint = self._trial.save_checkpoint(str(self._folder))
        return checkpoint if isinstance(checkpoint, dict) else str(self._folder)

    def load(self, saved: Any) -> None:
        self._trial.load_checkpoint(saved)
        self._trial._iteration = 1  # Tune's part of a restore

    def saved_unasked(self) -> bool:
        return False


class _Function:
    """A function trainable in its thread."""

    def __init__(self, trial: Any, says: bool) -> None:
        self._trial, self._says = trial, says

    def step(self) -> Metrics:
        return _numbers(self._trial.train())  # empty if it has ended without a report

    def save(self) -> Any:
        return self._trial.save()

    def load(self, saved: Any) -> None:
        self._trial.restore(saved)

    def saved_unasked(self) -> bool:
        return not self._says and self._trial.save().checkpoint is not None


@contextmanager
def running(spec: TrainableSpec, config: Any, session: Session, folder: Path) -> Iterator[_Class | _Function]:
    """Yield a trial of a trainable, class or function, that is set up.

    Args:
        folder: for what it saves.
    """
    if isinstance(spec.target, type):
        yield _Class(standalone(spec, config, session), folder)
        return
    with function_alone(spec, config, session, folder) as trial:
        yield _Function(trial, Capability.CHECKPOINTS in spec.provides)


def _numbers(report: Any) -> Metrics:
    if not isinstance(report, dict):
        raise TypeError(f"an epoch gave {report!r}; expected a dict such as {{'score': 0.5}}")
    metrics = {name: value for name, value in report.items() if name not in NO_METRICS}
    return {
        n: v if isinstance(v, float) else str(v) for n, v in plain(metrics).items() if n not in NOT_COMPARED
    }


def _careless() -> None:
    """Leave the global generators in a state that no seed has set."""
    random.seed(time.perf_counter_ns())
    np.random.seed(time.perf_counter_ns() % 2**32)  # noqa: NPY002 - what a careless trainable draws from


def _why(error: BaseException) -> str:
    """Return the error in a line, with the last line of the user's own code on its way."""
    if isinstance(error, DataError):
        return str(error)
    frames: list[traceback.FrameSummary] = []
    cause: BaseException | None = error
    while cause is not None:
        frames += traceback.extract_tb(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__
    ours = str(Path(__file__).parents[2])
    of_user = [f for f in frames if not f.filename.startswith((ours, sys.prefix, sys.base_prefix, "<"))]
    at = f" at {Path(of_user[-1].filename).name}:{of_user[-1].lineno}" if of_user else ""
    return f"{headline(error)}{at}"


def main() -> None:
    """Read the request, try it, and write the answer."""
    request, answer = map(Path, sys.argv[1:3])
    trial = tried(Request(**json.loads(request.read_text())))
    answer.write_text(json.dumps(asdict(trial)))


if __name__ == "__main__":
    main()
