"""Ray's private names that TuneGrid uses: the module to read first when Ray is upgraded.

They are names with an underscore, and modules that Ray does not document (``ray._private``,
``ray.air.execution``, ``ray.train._internal``, ``ray.tune.execution``).  No other module imports one.  The
private attributes of Ray's objects that are read or replaced are listed in
``tests/engines/test_ray_internals.py``.  Importing this module loads Ray Tune, which takes seconds.
"""

from __future__ import annotations

from ray._private import worker
from ray._private.services import find_bootstrap_address
from ray._private.state import state
from ray.actor import _ActorClassMethodMetadata as ActorClassMethodMetadata
from ray.air.constants import TIME_THIS_ITER_S, TRAINING_ITERATION
from ray.air.execution._internal import RayActorManager
from ray.air.execution._internal.tracked_actor import TrackedActor
from ray.air.execution.resources import AcquiredResources, FixedResourceManager, ResourceRequest
from ray.train._internal import session as train_session
from ray.train._internal.checkpoint_manager import _CheckpointManager as CheckpointManager
from ray.train._internal.session import _FutureTrainingResult as FutureTrainingResult
from ray.train._internal.session import _TrainingResult as TrainingResult
from ray.train._internal.session import get_session
from ray.train._internal.storage import StorageContext
from ray.tune.execution.tune_controller import TuneController
from ray.tune.experiment.config_parser import _create_trial_from_spec as create_trial_from_spec
from ray.tune.experiment.config_parser import _make_parser as make_parser
from ray.tune.experiment.trial import _TemporaryTrialState as TemporaryTrialState
from ray.tune.experiment.trial import _TrialInfo as TrialInfo
from ray.tune.registry import TRAINABLE_CLASS
from ray.tune.registry import _global_registry as global_registry
from ray.tune.result import (
    DONE,
    RESULT_DUPLICATE,
    STDERR_FILE,
    STDOUT_FILE,
    TRIAL_INFO,
)
from ray.tune.schedulers.async_hyperband import _Bracket as AshaBracket
from ray.tune.schedulers.hyperband import _Bracket as HyperBandBracket
from ray.tune.search.basic_variant import _TrialIterator as TrialIterator
from ray.tune.search.variant_generator import _flatten_resolved_vars as flatten_resolved_vars
from ray.tune.search.variant_generator import _resolve_nested_dict as resolve_nested_dict
from ray.tune.search.variant_generator import assign_value, format_vars, parse_spec_vars
from ray.tune.trainable.metadata import _TrainingRunMetadata as TrainingRunMetadata

__all__ = [
    "DONE",
    "RESULT_DUPLICATE",
    "STDERR_FILE",
    "STDOUT_FILE",
    "TIME_THIS_ITER_S",
    "TRAINABLE_CLASS",
    "TRAINING_ITERATION",
    "TRIAL_INFO",
    "AcquiredResources",
    "ActorClassMethodMetadata",
    "AshaBracket",
    "CheckpointManager",
    "FixedResourceManager",
    "FutureTrainingResult",
    "HyperBandBracket",
    "RayActorManager",
    "ResourceRequest",
    "StorageContext",
    "TemporaryTrialState",
    "TrackedActor",
    "TrainingResult",
    "TrainingRunMetadata",
    "TrialInfo",
    "TrialIterator",
    "TuneController",
    "assign_value",
    "create_trial_from_spec",
    "find_bootstrap_address",
    "flatten_resolved_vars",
    "format_vars",
    "get_session",
    "global_registry",
    "make_parser",
    "parse_spec_vars",
    "resolve_nested_dict",
    "state",
    "train_session",
    "worker",
]
