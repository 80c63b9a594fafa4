"""Function trainables in this process, without a cluster: trained, paused and resumed as under Tune."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.engines.ray_internals import StorageContext
from benchmarks.suite.session import Session
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.training.trained import as_tune_takes_it
from results.store.schema import NO_METRICS

Metrics = dict[str, Any]  # of one epoch, without what Tune adds


def train_function(
    spec: TrainableSpec,
    config: Mapping[str, Any],
    session: Session,
    folder: Path,
    epochs: int,
    rests_after: int | None = None,
) -> list[Metrics]:
    """Return the reports of a function trainable in its first epochs.

    Args:
        folder: for its checkpoints.
        rests_after: after this epoch it is ended, and goes on from its checkpoint in a fresh trial.

    Raises:
        CheckpointError: if it is to rest and reports no checkpoint, or does not read it.
    """
    with function_alone(spec, config, session, folder) as trial:
        results = [trial.train() for _ in range(epochs if rests_after is None else rests_after)]
        saved = trial.save() if rests_after is not None else None
    if saved is not None:
        with function_alone(spec, config, session, folder) as trial:
            trial.restore(saved)
            results += [trial.train() for _ in range(epochs - len(results))]
    return [{n: value for n, value in result.items() if n not in NO_METRICS} for result in results]


class _Folder(StorageContext):
    """Storage outside of a session of Ray."""

    def _get_session_path(self) -> str:
        return str(Path(self.experiment_fs_path, "session"))


@contextmanager
def function_alone(
    spec: TrainableSpec, config: Mapping[str, Any], session: Session, folder: Path
) -> Iterator[Any]:
    """Yield a trial of the function, with Tune's ``train``, ``save`` and ``restore``.

    Tune would move this process into the trial's folder.

    Args:
        folder: for its checkpoints.
    """
    before = os.environ.get("RAY_CHDIR_TO_TRIAL_DIR")
    os.environ["RAY_CHDIR_TO_TRIAL_DIR"] = "0"
    storage = _Folder(str(folder), experiment_dir_name="contract", trial_dir_name="trial")
    trial = as_tune_takes_it(spec, session)(config=dict(config), storage=storage)
    try:
        yield trial
    finally:
        trial.stop()
        if before is None:
            del os.environ["RAY_CHDIR_TO_TRIAL_DIR"]
        else:
            os.environ["RAY_CHDIR_TO_TRIAL_DIR"] = before
