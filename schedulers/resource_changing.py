"""ASHA that gives freed CPUs to the remaining trials."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.part_options import forwards
from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler
from schedulers.asha import OPTIONS, asha


@scheduler(
    "resource-changing",
    "ASHA that hands the CPUs of ended trials to the survivors",
    wants={
        Capability.CHECKPOINTS: "a trial is paused and restored to change its resources",
        Capability.MORE_CPUS: "a trial is given more CPUs, which the trainable must be able to use",
    },
    reuse_actors=False,  # Ray refuses it otherwise: an actor's resources are fixed
    does=frozenset({Effect.STOP, Effect.RESIZE}),
    options=OPTIONS,
    repairs=(
        "Ray's DistributeResources shares out the whole cluster, from the first result on; here the "
        "experiment's own workers, and only once no more trials are to come.",
    ),
)
@forwards(asha)
def resource_changing(setup: ScheduleSetup, **options: Any) -> Any:
    """``ray.tune.schedulers.ResourceChangingScheduler`` with a share-out of the experiment's own workers."""
    from ray.tune import PlacementGroupFactory
    from ray.tune.schedulers import ResourceChangingScheduler

    def share_out(controller: Any, trial: Any, result: dict[str, Any], changing: Any) -> Any:
        if not controller.search_alg.is_finished():
            return None  # more trials are to come; they need their CPUs
        live = sum(not t.is_finished() for t in controller.get_trials())
        share = max(1, setup.workers // live)
        [bundle] = changing.base_trial_resources.bundles
        return PlacementGroupFactory([{kind: amount * share for kind, amount in bundle.items()}])

    return ResourceChangingScheduler(asha(setup, **options), share_out)
