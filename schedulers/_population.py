"""Base of the population-based schedulers: requirements, perturbation interval, and mutations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Float, Integer

from benchmarks.spaces.domains import describe
from benchmarks.suite.registry import Capability, Option, ScheduleSetup
from schedulers._explore import Moves
from schedulers._pausing import forget_stop

PAUSED = "PAUSED"  # Tune's status of a paused trial

STAYS_INSIDE = (
    "Ray multiplies hyperparameters by 1.2 or 0.8 and never looks at their bounds (a momentum of 1.08, for "
    "instance); here a mutated value moves to the nearest one of its domain, and by a step at least where it "
    "has steps."
)
KNOWS_CATEGORIES = (
    "Ray multiplies a category that is mutated, or raises an error; here it moves to a neighbour or is drawn "
    "anew, as Ray does with lists."
)


def ray_lines(synch: bool) -> tuple[str, ...]:
    """Return the lines of Python that make PBT with Ray alone (``Spec.plain``)."""
    return (
        "from ray.tune.schedulers import PopulationBasedTraining",
        'PopulationBasedTraining(time_attr="training_iteration", '
        "perturbation_interval=max(1, {epochs} // 4), "
        f"hyperparam_mutations={{name: space[name] for name in {{mutable}}}}, synch={synch})",
    )


WANTS = {
    Capability.VARIANTS: "a population proposes its own configurations; Ray raises ValueError if a Searcher "
    "is given too, so only random and grid can feed it",
    Capability.CHECKPOINTS: "a population's losers go on from a winner's checkpoint, so trials must save "
    "and load",
    Capability.MUTABLE: "a population needs hyperparameters that may change while a trial trains",
}


INTERVAL = Option(
    "epochs between two rounds in which losers copy winners",
    least=1,
    extremes=(1, 4),
    default="a quarter of the epochs, at least 1",
    source="PopulationBasedTraining, PB2",
)
QUANTILE = Option(
    "share of the population that loses, and that wins",
    above=0,
    most=0.5,
    extremes=(0.1, 0.5),
    source="PopulationBasedTraining, PB2",
)
#: Options of both kinds of Population Based Training.
OPTIONS = {
    "perturbation_interval": INTERVAL,
    "quantile_fraction": QUANTILE,
    "resample_probability": Option(
        "how often a hyperparameter is drawn anew in place of a small step",
        least=0,
        most=1,
        source="PopulationBasedTraining",
    ),
}


def interval(setup: ScheduleSetup, given: int | None = None) -> int:
    """Return the epochs between two perturbations: ``given``, or else four rounds a trial."""
    return given or max(1, setup.epochs // 4)


def mutations(setup: ScheduleSetup) -> dict[str, Any]:
    """Return the domains of the hyperparameters that may change.

    Raises:
        ValueError: for a name outside of the space, or of a part without values to change to.
    """
    return {name: _mutable(setup.space, name) for name in setup.mutable}


def _mutable(space: Mapping[str, Any], name: str) -> Domain:
    if name not in space:
        raise ValueError(
            f"mutable names {name!r}, which the space has not; it has {', '.join(map(str, space))}"
        )
    domain = space[name]
    if not isinstance(domain, Categorical | Float | Integer):
        raise ValueError(
            f"mutable names {name!r}, which is {describe(domain)}; expected uniform, randint, choice or a kin"
        )
    return domain


def population(
    setup: ScheduleSetup,
    synch: bool,
    *,
    perturbation_interval: int | None = None,
    quantile_fraction: float = 0.25,
    resample_probability: float = 0.25,
) -> Any:
    """Return PBT over the mutable hyperparameters, asynchronous or in step; its options are ``OPTIONS``."""
    from ray.tune.schedulers import PopulationBasedTraining

    class Population(PopulationBasedTraining):
        """PBT with rounds that are held although trials fail or end, and with losers that resume.

        In step, Ray waits until the last live trial reports, and never looks again if that one fails or ends
        by itself instead; all others then stay paused.  Ray also pauses losers that are still saving to
        pause, and remembers a STOP for them.  What is not multiplied is moved by ``Moves``.
        """

        def _get_new_config(self, trial: Any, trial_to_clone: Any) -> tuple[dict[str, Any], dict[str, Any]]:
            return moves.explore(
                trial_to_clone.config, lambda shown: super(Population, self)._get_new_config(trial, shown)
            )

        def _exploit(self, tune_controller: Any, trial: Any, trial_to_clone: Any) -> None:
            super()._exploit(tune_controller, trial, trial_to_clone)
            forget_stop(tune_controller, trial)

        def choose_trial_to_run(self, tune_controller: Any) -> Any:
            chosen = super().choose_trial_to_run(tune_controller)
            # Ray counts a trial that has failed among the live ones.
            live = [trial for trial in tune_controller.get_live_trials() if not trial.is_finished()]
            if chosen is None and self._synch and live and all(trial.status == PAUSED for trial in live):
                self._hold_round(tune_controller, live)
                chosen = super().choose_trial_to_run(tune_controller)
            return chosen

        def _hold_round(self, tune_controller: Any, live: list[Any]) -> None:
            """Hold the round that Ray holds when its last trial reports, for trials that all wait."""
            lower, upper = self._quantiles()
            between = [trial for trial in live if trial not in lower and trial not in upper]
            reached = max(self._trial_state[trial].last_train_time for trial in live)
            for trial in upper + between + lower:
                self._trial_state[trial].last_perturbation_time = reached
                self._checkpoint_or_exploit(trial, tune_controller, upper, lower)
            self._next_perturbation_sync = max(
                self._next_perturbation_sync + self._perturbation_interval, reached
            )

    moves = Moves(mutations(setup))
    return Population(
        time_attr="training_iteration",
        perturbation_interval=interval(setup, perturbation_interval),
        quantile_fraction=quantile_fraction,
        resample_probability=resample_probability,
        hyperparam_mutations=moves.of_ray,
        custom_explore_fn=moves.keep_inside,
        synch=synch,
    )
