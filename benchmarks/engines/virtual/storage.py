"""The storage of trials and checkpoints in memory, and of few files on disk."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from pyarrow.fs import LocalFileSystem
from ray.tune import SyncConfig
from ray.tune.experiment import Experiment

from benchmarks.engines.ray_internals import StorageContext


class Snapshot:
    """A checkpoint: a trial's state, kept in memory."""

    __slots__ = ("filesystem", "path", "state")

    def __init__(self, state: Any) -> None:
        self.state, self.path, self.filesystem = state, "", None


class VirtualStorage(StorageContext):
    """A folder for the files that Tune insists on writing (errors, PBT's policies), and nothing else.

    Ray's own needs a session of a running Ray, writes a marker file and starts threads that copy.
    """

    def __init__(self, storage_path: str, experiment_dir_name: str, **options: Any) -> None:
        self.custom_fs_provided = False
        self.experiment_dir_name = experiment_dir_name
        self.trial_dir_name: str | None = None
        self.current_checkpoint_index = -1
        self.sync_config, self.storage_filesystem = SyncConfig(), LocalFileSystem()
        self.storage_fs_path = str(storage_path)
        self._timestamp = "virtual"
        Path(self.experiment_driver_staging_path).mkdir(parents=True, exist_ok=True)

    def __deepcopy__(self, memo: Any) -> VirtualStorage:
        return copy.copy(self)  # Tune copies the specification of the experiment for each trial

    def _get_session_path(self) -> str:
        return self.storage_fs_path

    @property
    def experiment_driver_staging_path(self) -> str:
        return self.storage_fs_path

    @property
    def trial_driver_staging_path(self) -> str:
        return str(Path(self.storage_fs_path, self.trial_dir_name or ""))


class VirtualExperiment(Experiment):
    """Tune's specification of an experiment that stores nothing."""

    _storage_context_cls: Any = VirtualStorage
