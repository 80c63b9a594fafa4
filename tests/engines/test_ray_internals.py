"""Ray's private names and attributes: another version may have dropped one, and one module imports them."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
import ray
from ray import tune
from ray.air.execution._internal.event_manager import RayEventManager
from ray.job_config import JobConfig
from ray.tune.execution import tune_controller
from ray.tune.experiment import Experiment, Trial
from ray.tune.schedulers import AsyncHyperBandScheduler
from ray.tune.search import BasicVariantGenerator, SearchGenerator
from ray.tune.utils.object_cache import _ObjectCache

import benchmarks.engines
import benchmarks.fidelity
from benchmarks.engines import ray_internals
from benchmarks.engines.ray_internals import (
    AshaBracket,
    CheckpointManager,
    FixedResourceManager,
    RayActorManager,
    StorageContext,
    TrackedActor,
    TrainingRunMetadata,
    TrialIterator,
    TuneController,
    worker,
)
from benchmarks.engines.virtual.manager import VirtualActorManager

ROOT = Path(__file__).parents[2]
#: Modules of Ray without an underscore that it does not document.
UNDOCUMENTED = ("ray.air.execution", "ray.tune.execution")
#: The attributes of Ray's classes and modules that the engines use or replace, and Ray does not document.
RELIED_ON: dict[Any, str] = {
    TuneController: """
        _actor_cache _actor_manager _cached_trial_decisions _callbacks _checkpoint_trial_if_needed
        _class_cache _cleanup_cached_actors _create_checkpoint_manager _execute_action _failed_trials
        _insufficient_resources_manager _iteration _live_trials _mark_trial_to_checkpoint _max_pending_trials
        _maybe_add_actors _maybe_update_trial_queue _metric _on_training_result _paused_trials _pending_trials
        _pending_trials_list _requeue_trial _resetting_trials _resources_to_pending_trials _running_trials
        _schedule_trial_save _schedule_trial_train _scheduler_alg _search_alg _set_trial_status _staged_trials
        _started_actors _stop_experiment_if_needed _stopped_trials _stopper _storage _trial_task_failure
        _trial_to_actor _trials _update_trial_queue _validate_result_metrics _wrapped""",
    RayActorManager: """
        _actor_start_resolved _actor_state_events _actor_stop_resolved _actor_task_events _actor_task_failed
        _live_actors_to_ray_actors_resources _try_kill_actor _try_start_actors""",
    RayEventManager: "_tracked_futures resolve_future",
    TrackedActor: "_on_error _on_start _on_stop",
    FixedResourceManager: "_used_resources",
    tune.ResultGrid: "_experiment_analysis",
    Experiment: "_storage_context_cls",
    StorageContext: "_create_validation_file _get_session_path _timestamp storage_fs_path trial_dir_name",
    Trial: """
        __unresolved_config relative_logdir temporary_state run_metadata evaluated_params update_last_result
        handle_error init_local_path""",
    TrainingRunMetadata: "checkpoint_manager last_result update_metric",
    CheckpointManager: "checkpoint_config",
    _ObjectCache: "num_cached_objects",
    SearchGenerator: "_counter _finished _parser create_trial_if_possible",
    BasicVariantGenerator: "_iterators _trial_generator _uuid_prefix",
    TrialIterator: "counter create_trial num_samples_left points_to_evaluate random_state unresolved_spec",
    AsyncHyperBandScheduler: "_brackets",
    AshaBracket: "_rungs cutoff rf",
    JobConfig: "_py_driver_sys_path",
    worker: "_global_node",
}
NAMES = {name for names in RELIED_ON.values() for name in names.split()}
#: Of Python itself.
OTHERS = {"_current_frames", "_replace", "_exit", "_forkserver", "_forkserver_pid", "_stop"}
MODULES = [
    importlib.import_module(module.name)
    for package in (benchmarks.engines, benchmarks.fidelity)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not module.name.endswith(("__main__", "preloaded"))
]


@pytest.mark.parametrize(("owner", "name"), [(o, n) for o, names in RELIED_ON.items() for n in names.split()])
def test_ray_still_has_it(owner: Any, name: str) -> None:
    if hasattr(owner, name):
        return
    sources = "".join(inspect.getsource(cls) for cls in owner.__mro__[:-1])
    assert re.search(rf"\bself\.{name}\b", sources), f"Ray {ray.__version__}: {owner.__name__} has no {name}"


def test_everything_private_that_the_engines_touch_is_listed() -> None:
    touched, ours = set[str](), set[str]()
    for module in MODULES:
        tree = ast.parse(Path(str(module.__file__)).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                ours.add(node.name)
            elif isinstance(node, ast.Attribute) and re.match(r"_[a-zA-Z]", node.attr):
                own = isinstance(node.value, ast.Name) and node.value.id == "self"
                (ours if own and isinstance(node.ctx, ast.Store) else touched).add(node.attr)
    touched = {name.removeprefix("_Trial") for name in touched}
    assert touched - ours - OTHERS <= NAMES


def test_every_method_of_ray_that_the_engines_replace_is_listed() -> None:
    replaced = set[str]()
    for module in MODULES:
        for _, cls in inspect.getmembers(module, inspect.isclass):
            rays = [base for base in cls.__mro__ if base.__module__.startswith("ray.")]
            if rays and not cls.__module__.startswith("ray."):
                own = {name for name in vars(cls) if re.match(r"_[a-zA-Z]", name)}
                replaced |= {name for name in own if any(name in vars(base) for base in rays)}
    assert len(replaced) > 8
    assert replaced - {"_abc_impl"} <= NAMES


def test_the_manager_has_all_that_the_controller_asks_of_one() -> None:
    source = inspect.getsource(tune_controller)
    asked = set(re.findall(r"_actor_manager\.(\w+)", source)) - {"_actor_task_events"}  # exports models
    manager = {name for name, _ in inspect.getmembers(VirtualActorManager)}
    assert len(asked) > 10
    assert asked - manager == {"_live_actors_to_ray_actors_resources"}  # an attribute of each


def private_imports(source: str) -> set[str]:
    """Return the private names of Ray that a module's source imports."""
    names = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {
        name
        for name in names
        if name.partition(".")[0] == "ray" and ("._" in name or name.startswith(UNDOCUMENTED))
    }


def test_one_module_alone_imports_private_names_of_ray() -> None:
    packages = ("benchmarks", "results", "searchers", "schedulers", "scripts", "tunegrid")
    files = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    importing = {path: names for path in files if (names := private_imports(path.read_text()))}
    assert set(importing) == {Path(str(ray_internals.__file__))}, importing


def test_every_private_name_is_there_and_used() -> None:
    assert all(hasattr(ray_internals, name) for name in ray_internals.__all__)
    packages = ("benchmarks", "schedulers", "searchers", "scripts")
    users = "".join(
        path.read_text()
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if path.name != "ray_internals.py"
    )
    assert [name for name in ray_internals.__all__ if not re.search(rf"\b{name}\b", users)] == []
