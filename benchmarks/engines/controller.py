"""One ``TuneController`` run, either on a pool of trial hosts or by Tune's own ``Tuner``.

``ray.tune.run`` builds its controller itself and has no place to hand one in, so the few steps of its set-up
that concern us stand in ``on_hosts``; every decision in the loop is Tune's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ray
from ray import tune
from ray.air.execution._internal import RayActorManager
from ray.tune.callback import Callback
from ray.tune.execution.tune_controller import TuneController
from ray.tune.search import Searcher, SearchGenerator

from benchmarks.engines.ledger import Ledger
from benchmarks.engines.pool import HostPool
from benchmarks.registry import SearchPlan

IDLE_S = 0.05  # a controller that has nothing to wait for looks again after this long


@dataclass(frozen=True)
class TuneJob:
    """What Tune needs to know of one run.

    ``trainable`` is a class or function that Tune accepts, ``storage`` the folder for Tune's own output,
    ``resources`` what one trial asks of Ray, ``checkpoint_every`` epochs (0 = only when a scheduler asks).
    ``keep_files``: what callbacks write shall reach ``storage``.
    """

    name: str
    trainable: Any
    plan: SearchPlan
    scheduler: Any
    metric: str
    mode: str
    epochs: int
    resources: dict[str, float]
    storage: str
    checkpoint_every: int
    reuse_actors: bool
    callbacks: Sequence[Callback] = field(default_factory=tuple)
    keep_files: bool = False

    @property
    def checkpoints(self) -> tune.CheckpointConfig:
        return tune.CheckpointConfig(checkpoint_frequency=self.checkpoint_every)


def by_tuner(job: TuneJob) -> tune.ExperimentAnalysis:
    """Run the job the way a user of Ray does, with ``Tuner.fit``."""
    trainable = tune.with_resources(job.trainable, tune.PlacementGroupFactory([job.resources]))
    grid = tune.Tuner(
        trainable,
        param_space=dict(job.plan.space),
        tune_config=tune.TuneConfig(
            metric=job.metric,
            mode=job.mode,
            num_samples=job.plan.num_samples,
            search_alg=job.plan.algorithm,
            scheduler=job.scheduler,
            reuse_actors=job.reuse_actors,
        ),
        run_config=tune.RunConfig(
            name=job.name,
            stop={"training_iteration": job.epochs},
            storage_path=job.storage,
            checkpoint_config=job.checkpoints,
            callbacks=list(job.callbacks),
            verbose=0,
        ),
    ).fit()
    return grid._experiment_analysis


def on_hosts(job: TuneJob, hosts: Sequence[Any], ledger: Ledger) -> tune.ExperimentAnalysis:
    """Run the job on trial hosts that are there already; ``ledger`` learns how long it waited for them."""
    tune.register_trainable(job.name, job.trainable)
    experiment = tune.Experiment(
        job.name,
        job.name,
        stop={"training_iteration": job.epochs},
        config=dict(job.plan.space),
        num_samples=job.plan.num_samples,
        storage_path=job.storage,
        checkpoint_config=job.checkpoints,
        resources_per_trial=tune.PlacementGroupFactory([job.resources]),
    )
    search = job.plan.algorithm
    if isinstance(search, Searcher):
        search = SearchGenerator(search)
    search.set_search_properties(job.metric, job.mode, experiment.spec["config"], **experiment.public_spec)
    job.scheduler.set_search_properties(job.metric, job.mode, **experiment.public_spec)

    pool = HostPool(hosts, ray.put(tune.registry.get_trainable_cls(job.name)), job.resources.get("GPU", 0.0))
    controller = TuneController(
        search_alg=search,
        scheduler=job.scheduler,
        callbacks=list(job.callbacks),
        metric=job.metric,
        trial_checkpoint_config=experiment.checkpoint_config,
        storage=experiment.storage,
        reuse_actors=job.reuse_actors,
        resource_manager_factory=lambda: pool,
        # Snapshots let Tune resume a run half-way; we resume whole experiments.
        checkpoint_period=10**9,
    )
    controller._actor_manager = EventManager(pool, ledger)
    search.add_configurations([experiment])
    controller.update_max_pending_trials()
    controller.setup_experiments([experiment], total_num_samples=search.total_samples)
    try:
        while not controller.is_finished():
            controller.step()
    finally:
        try:
            controller.cleanup()
        finally:
            pool.close()
    if job.keep_files:  # Tune writes them to a folder of its own and copies them in this call only
        controller.checkpoint(force=True, wait=True)
    return tune.ExperimentAnalysis(
        # The file need not be there: the trials are at hand.
        f"{controller.experiment_path}/{controller.experiment_state_file_name}",
        trials=controller.get_trials(),
        default_metric=job.metric,
        default_mode=job.mode,
        storage_filesystem=experiment.storage.storage_filesystem,
    )


class EventManager(RayActorManager):
    """Ray's own actor manager with another way to wait for the next event.

    The waiting is charged to an account of its own.  Of several events that are there, the one that was asked
    for first comes first; Ray shuffles them with the global generator from which PBT draws, so that PBT's
    mutations would depend on how often the controller has looked.
    """

    def __init__(self, resource_manager: Any, ledger: Ledger | None = None) -> None:
        super().__init__(resource_manager=resource_manager)
        self._ledger = ledger or Ledger()  # Ray's cleanup() calls __init__ again, without it

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


def quiet() -> None:
    """Keep Tune's reporters silent in this process: the rows are what we keep."""
    os.environ.update(
        TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1",
        RAY_AIR_NEW_OUTPUT="0",
        TUNE_PRINT_ALL_TRIAL_ERRORS="0",
        RAY_CHDIR_TO_TRIAL_DIR="0",
    )
