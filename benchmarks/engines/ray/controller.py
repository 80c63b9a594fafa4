"""One run of Tune on Ray, either on a pool of trial hosts or by Tune's own ``Tuner``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from ray import tune
from ray.tune.experiment import Trial

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.deaths import death
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.ordered_set import use_ordered_sets
from benchmarks.engines.common.tune_job import TuneJob, drive
from benchmarks.engines.ray.pool import HostPool
from benchmarks.engines.ray_internals import (
    TRAINABLE_CLASS,
    ActorClassMethodMetadata,
    RayActorManager,
    TuneController,
    global_registry,
)
from benchmarks.training.reports import reporting

IDLE_S = 0.05  # between two looks of a controller that has no event to wait for


def by_tuner(job: TuneJob, trainable: Any, resources: dict[str, float]) -> list[Trial]:
    """Run the job the way a user of Ray does, with ``Tuner.fit``; return its trials."""
    class_ = tune.with_resources(reporting(trainable), tune.PlacementGroupFactory([resources]))
    class_.__name__ = job.name  # Tune registers it by its name, for all experiments that run at the same time
    tuner = tune.Tuner(
        class_,
        param_space=dict(job.plan.space),
        tune_config=tune.TuneConfig(
            metric=job.metric,
            mode=job.mode,
            num_samples=job.plan.num_samples,
            search_alg=job.plan.algorithm,
            scheduler=job.scheduler,
            reuse_actors=job.reuse_actors,
            time_budget_s=job.stopper.seconds if job.stopper else None,
        ),
        run_config=tune.RunConfig(
            name=job.name,
            stop={"training_iteration": job.epochs},
            storage_path=job.storage,
            checkpoint_config=job.checkpoints,
            failure_config=tune.FailureConfig(max_failures=job.max_failures),
            callbacks=list(job.callbacks),
            verbose=0,
        ),
    )
    try:
        ray_trials: list[Trial] = tuner.fit()._experiment_analysis.trials
    finally:
        forget(job.name)
    return ray_trials


def on_hosts(
    job: TuneJob,
    trainable: Any,
    resources: dict[str, float],
    context: ExecutionContext,
    ledger: Ledger,
    *,
    keep_files: bool = False,
    deaths: list[str] | None = None,
    manager: Callable[[HostPool, Ledger], RayActorManager] | None = None,
) -> list[Trial]:
    """Run the job on existing trial hosts and return its trials.

    Args:
        trainable: a class or function that Tune accepts.
        resources: of one trial.
        context: has the hosts, and says how checkpoints get from one to another.
        ledger: learns how long the driver waited for the hosts.
        keep_files: copy what callbacks write to the job's storage.
        deaths: learns of hosts that have died.
        manager: makes the actor manager; None = ``EventManager``.
    """
    tune.register_trainable(job.name, reporting(trainable))
    experiment = job.experiment(tune.Experiment, tune.PlacementGroupFactory([resources]))
    trainable_ref = ray.put(tune.registry.get_trainable_cls(job.name))
    pool = HostPool(
        context.hosts or (),
        trainable_ref,
        resources.get("GPU", 0.0),
        group=context.group,
        carries=context.carries,
    )
    controller = TuneController(resource_manager_factory=lambda: pool, **job.options(experiment))
    controller._actor_manager = manager(pool, ledger) if manager else EventManager(pool, ledger, deaths)
    use_ordered_sets(controller)
    try:
        drive(controller, experiment, job.over_budget)
    finally:
        pool.close()
        forget(job.name)
    if keep_files:  # Tune writes them to a folder of its own and copies them in this call only
        controller.checkpoint(force=True, wait=True)
    # Tune leaves the state of its parts in Ray's session, for each run anew; its folders are the hosts' too.
    storage: Any = controller._storage
    for state in Path(storage.experiment_driver_staging_path).glob("*.json"):
        state.unlink()
    ray_trials: list[Trial] = controller.get_trials()
    return ray_trials


def forget(name: str) -> None:
    """Remove the trainable of an experiment from Ray's registry, which would keep it until this process ends.

    Ray keeps what was registered, and the methods of every class that it has made an actor class of; each
    experiment makes a class of its own, since its session is bound to it.
    """
    global_registry.unregister(TRAINABLE_CLASS, name)
    ActorClassMethodMetadata.reset_cache()


class EventManager(RayActorManager):
    """Ray's own actor manager with another way to wait for the next event.

    The waiting is charged to an account of its own.  Of several events that are there, the one that was asked
    for first comes first; Ray shuffles them with the global generator from which PBT draws, so that PBT's
    mutations would depend on how often the controller has looked.
    """

    def __init__(
        self, resource_manager: Any, ledger: Ledger | None = None, deaths: list[str] | None = None
    ) -> None:
        super().__init__(resource_manager=resource_manager)
        self._ledger = ledger or Ledger()  # Ray's cleanup() calls __init__ again, without it
        self._deaths = [] if deaths is None else deaths

    def _actor_task_failed(self, tracked_actor_task: Any, exception: Exception) -> None:
        """Note the death of a host, which may be its machine's; Tune sees the failure of a trial alone."""
        self._deaths.extend(filter(None, [death(exception)]))
        super()._actor_task_failed(tracked_actor_task, exception)

    def next(self, timeout: float | None = None) -> bool:
        """Handle one event; return False if none came in time."""
        killed = self._try_kill_actor()
        self._try_start_actors()
        if killed:
            return True
        events = {
            future: manager
            for manager in (self._actor_state_events, self._actor_task_events)
            for future in manager._tracked_futures
        }
        if not events:  # Ray would spin
            self._ledger.charge("wait", time.sleep, IDLE_S)
            return False
        ready, _ = self._ledger.charge("wait", ray.wait, list(events), num_returns=1, timeout=timeout)
        if not ready:
            return False
        events[ready[0]].resolve_future(ready[0])
        self._try_start_actors()
        return True
