"""A training that lives in this process: the trainable as Tune makes it, between two of its epochs."""

from __future__ import annotations

import copy
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ray import tune

from benchmarks.core.reasons import headline
from benchmarks.engines.ray_internals import (
    DONE,
    RESULT_DUPLICATE,
    TIME_THIS_ITER_S,
    TRAINING_ITERATION,
    TRIAL_INFO,
    TrainingResult,
    TrialInfo,
    train_session,
)
from benchmarks.engines.virtual.storage import VirtualStorage
from benchmarks.training.reports import plain
from results.machine import queued_seconds
from results.store.schema import NO_METRICS, NOISE_FREE


class TimedReport(NamedTuple):
    """The report of an epoch, and its seconds on the clock and on the processor.

    Those on the clock are without the ones in which the training waited for a processor that others had, so
    that they are about what they would be on an idle machine.  A report's own ``time_this_iter_s`` counts as
    it is.
    """

    report: dict[str, Any]
    seconds: float
    processor_seconds: float


@dataclass(frozen=True)
class _Trial:
    """The facts that a trainable can ask about its trial."""

    trial_id: str
    placement_group_factory: tune.PlacementGroupFactory

    @property
    def experiment_dir_name(self) -> str:
        return self.trial_id

    def __str__(self) -> str:
        return self.trial_id


class FolderStorage(VirtualStorage):
    """The folder of a training's files, and of a checkpoint that it reports itself.

    Attributes:
        target: the folder for the next checkpoint; None drops it.
        reported: whether a checkpoint has been put there.
    """

    target: Path | None = None
    reported = False

    @property
    def trial_working_directory(self) -> str:
        return self.trial_driver_staging_path

    @property
    def trial_fs_path(self) -> str:
        return self.trial_driver_staging_path

    def persist_artifacts(self, force: bool = False) -> None:
        """No-op: files that a training writes are not kept."""

    def persist_current_checkpoint(self, checkpoint: Any) -> Any:
        """Copy a reported checkpoint to where the next one is to lie."""
        if self.target is None:
            return checkpoint
        with checkpoint.as_directory() as folder:
            shutil.copytree(folder, self.target, dirs_exist_ok=True)
        self.reported = True
        return tune.Checkpoint.from_directory(str(self.target))


class LivingTraining:
    """One training in this process.

    Args:
        trainable: the class that Tune would make an actor of, with its session bound to it.
        config: the configuration.
        resources: of the trial, as ``{"CPU": 1.0}``.
        name: the curve's, as the trial's id and name.
        folder: for the files that it writes; it is its working folder.

    Attributes:
        epoch: epochs behind it.
    """

    def __init__(
        self,
        trainable: type[Any],
        config: Mapping[str, Any],
        resources: Mapping[str, float],
        name: str,
        folder: Path,
    ) -> None:
        self.epoch = 0
        self._is_function = issubclass(trainable, tune.trainable.FunctionTrainable)
        self._storage = FolderStorage(str(folder), name)
        self._storage.trial_dir_name = name
        self._folder = Path(self._storage.trial_working_directory)
        self._folder.mkdir(parents=True, exist_ok=True)
        trial: Any = _Trial(name, tune.PlacementGroupFactory([dict(resources)]))
        session_config = copy.deepcopy(dict(config)) | {TRIAL_INFO: TrialInfo(trial)}
        self._session: Any = None
        self._enter()
        self._trial = trainable(config=session_config, storage=self._storage)
        self._session = train_session.get_session()
        self._own_time: float | None = None
        self._step = self._trial.step

    def restore(self, folder: Path, epoch: int) -> None:
        """Go on behind an epoch, from the checkpoint of it."""
        self._enter()
        checkpoint = tune.Checkpoint.from_directory(str(folder))
        self._trial.restore(TrainingResult(checkpoint, {TRAINING_ITERATION: epoch}))
        self.epoch = epoch

    def train(self, save_to: Path | None) -> TimedReport:
        """Train for one epoch; a function puts the checkpoint that it reports into ``save_to``."""
        self._enter()
        self._storage.target, self._storage.reported = save_to, False
        busy, began, queued = time.process_time(), time.perf_counter(), self._queued()
        self._trial.step = self._noted_step
        try:
            result = self._trial.train()
        finally:
            del self._trial.step  # a trainable may save all of its attributes
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        seconds = max(0.0, seconds - max(0.0, self._queued() - queued))  # less where the thread has ended
        self.epoch += 1
        report = {name: value for name, value in result.items() if name not in NO_METRICS - {NOISE_FREE}}
        report |= {signal: True for signal in (DONE, RESULT_DUPLICATE) if result.get(signal)}
        return TimedReport(report, self._own_time if self._own_time is not None else seconds, busy)

    def save(self, folder: Path) -> bool:
        """Save a checkpoint into a folder; return whether there is one.

        Raises:
            Exception: what the trainable raises.
        """
        if self._is_function:
            return self._storage.reported
        self._enter()
        self._storage.target = None
        self._trial.save(str(folder))
        return True

    def test(self) -> dict[str, Any]:
        """Return what the trainable's ``test`` says of its model."""
        self._enter()
        return plain(self._trial.test())

    def _noted_step(self) -> Any:
        """Train, and remember the time that the report itself gives, which Tune would fill in otherwise."""
        result = self._step()
        own_seconds = result.get(TIME_THIS_ITER_S) if isinstance(result, dict) else None
        self._own_time = None if own_seconds is None else float(own_seconds)
        return result

    def _queued(self) -> float:
        """Return the seconds that the training's thread has waited for a processor; 0 if it has not begun."""
        thread = getattr(self._session, "training_thread", None)
        if thread is None:
            return queued_seconds()
        return queued_seconds(thread.native_id) if thread.native_id is not None else 0.0

    def end(self) -> None:
        """End the training; what its clean-up raises is of no concern to anyone's curve."""
        self._enter()
        try:
            self._trial.stop()
        except Exception as error:  # noqa: BLE001 - user code
            print(f"the clean-up of a training failed: {headline(error)}")
        train_session._session = None
        os.chdir(self._folder.parent)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _enter(self) -> None:
        """Let the process be this training's: its working folder, and the session that functions ask."""
        train_session._session = self._session
        os.chdir(self._folder)
