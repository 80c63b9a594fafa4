"""Light trials: Tune's own without files, and without statistics that no decision reads.

The tests compare whole traces with and without them.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from ray.tune import PlacementGroupFactory
from ray.tune.experiment import Trial

from benchmarks.engines.ray_internals import (
    CheckpointManager,
    TemporaryTrialState,
    TrainingRunMetadata,
    create_trial_from_spec,
    make_parser,
)


class LightMetadata(TrainingRunMetadata):
    """A trial's metadata without running means of every number that it reports."""

    __setattr__ = object.__setattr__  # Ray's forgets a text that is never made here

    def update_metric(self, metric: str, value: Any, step: int | None = 1) -> None:
        """No-op: the rows have every value."""


class SingleCpu(PlacementGroupFactory):
    """The one CPU of a trial; Tune copies it for each, and compares the copies again and again."""

    def __init__(self) -> None:
        super().__init__([{"CPU": 1.0}])

    def __deepcopy__(self, memo: Any) -> SingleCpu:
        return self


class LightTrial(Trial):
    """A trial without a folder (unless it fails), a process's address, and means of its metrics."""

    trainable: type[Any]

    @property
    def last_result(self) -> dict[str, Any]:
        result: dict[str, Any] = self.run_metadata.last_result
        if len(result) > 1:  # it has reported; every result names its trial
            return result
        return super().last_result

    def update_last_result(self, result: dict[str, Any]) -> None:
        if self.experiment_tag:
            result["experiment_tag"] = self.experiment_tag
        self.run_metadata.last_result = result

    def init_local_path(self) -> None:
        folder: Any = self.trial_id
        storage: Any = self.storage
        self.relative_logdir = storage.trial_dir_name = folder

    def handle_error(self, exc: Any = None) -> None:
        Path(str(self.local_path)).mkdir(exist_ok=True)  # the error is written to a file
        super().handle_error(exc)

    def get_trainable_cls(self) -> type[Any]:
        return self.trainable

    def __str__(self) -> str:
        return self.trial_id  # Tune formats it for debug messages

    __repr__ = __str__


class TrialFactory:
    """Makes the trials of one experiment: each as Tune's parser of specifications would make it.

    They differ in their configurations alone, so the parser makes one and the others are copies of it.

    Args:
        spec: the specification of the experiment.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        template = create_trial_from_spec(spec | {"config": {}}, make_parser(), trial_id="")
        self._shared = template.__dict__ | {"trainable": template.get_trainable_cls()}

    def __call__(
        self, number: int, trial_id: str, config: dict[str, Any], chosen: dict[str, Any]
    ) -> LightTrial:
        """Return a trial; ``chosen`` are the parameters that the search chose, by their paths."""
        trial: Any = object.__new__(LightTrial)
        vars(trial).update(self._shared)
        trial.trial_id, trial.config, trial.evaluated_params = trial_id, config, chosen
        trial._Trial__unresolved_config = config
        trial.experiment_tag = str(number)
        trial.storage = copy.copy(trial.storage)
        trial.temporary_state = TemporaryTrialState()
        manager = CheckpointManager(trial.run_metadata.checkpoint_manager.checkpoint_config)
        trial.run_metadata = LightMetadata()
        trial.run_metadata.checkpoint_manager = manager
        light: LightTrial = trial
        return light
