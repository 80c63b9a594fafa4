"""Replay of a PBT policy: one trial walks through the hyperparameter schedule that PBT found."""

from __future__ import annotations

from typing import Any

from benchmarks.spaces.categories import restored
from benchmarks.suite.registry import Effect, ScheduleSetup, scheduler
from schedulers._pausing import forget_stop
from schedulers._population import WANTS


@scheduler(
    "pbt-replay",
    "a second step after pbt: one trial trains with the best policy that pbt found",
    wants=WANTS,
    replays="pbt",
    does=frozenset({Effect.MUTATE}),
    limits={"acted": "PBT may never have changed its best trial; the replay of that one is constant"},
    repairs=(
        "Where checkpoints are saved every epoch, Ray's replay ends silently, as a success, at its first "
        "change of policy; here it trains to its last epoch.",
    ),
)
def pbt_replay(setup: ScheduleSetup) -> Any:
    """``setup.policy`` names the policy file; an empty one replays a constant configuration."""
    from ray.tune.schedulers import PopulationBasedTrainingReplay

    if setup.policy is None:
        raise ValueError("pbt-replay needs the policy file of a PBT experiment, and none was given")

    space = setup.space

    class WholeReplay(PopulationBasedTrainingReplay):
        """The replay, without the stale STOP that ends Ray's own after its first change of policy.

        Ray saves the trial and, in the same breath, stops its actor to pause it.
        """

        def _load_policy(self, policy_file: str) -> tuple[Any, list[tuple[int, Any]]]:
            # JSON has made lists of tuples; a category is the one that the space has.
            config, policy = super()._load_policy(policy_file)
            return restored(space, config), [(step, restored(space, new)) for step, new in policy]

        def on_trial_result(self, tune_controller: Any, trial: Any, result: Any) -> str:
            changes = self._num_perturbations
            decision: str = super().on_trial_result(tune_controller, trial, result)
            if self._num_perturbations > changes:
                forget_stop(tune_controller, trial)
                # Ray keeps this checkpoint to go on from, but does not list it among the trial's.
                trial.on_checkpoint(trial.latest_checkpoint_result)
            return decision

    return WholeReplay(setup.policy)
