"""Population Based Bandits."""

from __future__ import annotations

import warnings
from typing import Any

from benchmarks.spaces.domains import is_float
from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler
from schedulers._explore import Moves
from schedulers._population import INTERVAL, QUANTILE, WANTS, interval, mutations


@scheduler(
    "pb2",
    "Population Based Bandits: PBT whose mutations a Gaussian process proposes",
    requires=("scikit-learn",),
    wants=WANTS
    | {
        Capability.MUTABLE_FLOAT: "pb2 proposes floats within +-1e30, and none of the hyperparameters that "
        "may change while a trial trains is one; pbt moves those of any kind"
    },
    look_ahead="trials",
    does=frozenset({Effect.MUTATE, Effect.PAUSE}),
    options={"perturbation_interval": INTERVAL, "quantile_fraction": QUANTILE},
    repairs=(
        "Ray rounds what the Gaussian process proposes to 32 bits, which can lead out of the bounds; here it "
        "moves back to the nearest value inside.",
    ),
    plain=(
        "from ray.tune.schedulers.pb2 import PB2",
        "from ray.tune.search.sample import Float",
        'PB2(time_attr="training_iteration", perturbation_interval=max(1, {epochs} // 4), '
        "hyperparam_bounds={name: [space[name].lower, space[name].upper] "
        "for name in {mutable} if isinstance(space[name], Float)})",
    ),
)
def pb2(
    setup: ScheduleSetup, *, perturbation_interval: int | None = None, quantile_fraction: float = 0.25
) -> Any:
    """Parker-Holder et al., Provably Efficient Online Hyperparameter Optimization, NeurIPS 2020.

    Ray's PB2 proposes on a linear scale within the bounds, whatever scale the domain declares.  It proposes
    floats; integers and categories come from the winner unchanged.
    """
    from ray.tune.schedulers.pb2 import PB2

    # Ray gives SciPy an option that newer ones do not take, and fits small samples: lines for each fit.
    warnings.filterwarnings("ignore", "Unknown solver options: disp")
    warnings.filterwarnings("ignore", module=r"sklearn\.gaussian_process")

    class FloatsOnly(PB2):
        """PB2 that is shown the hyperparameters that it proposes, and takes the others from the winner.

        Ray flattens the whole configuration and makes a nested one of it again, in which an empty dict and a
        name with a slash are lost.  Its table of results has a column for each hyperparameter beside some of
        its own, so that it is also shown other names.
        """

        def __init__(self, bounds: dict[str, Any], **options: Any) -> None:
            super().__init__(hyperparam_bounds={columns[name]: of for name, of in bounds.items()}, **options)
            self._hyperparam_bounds = self._hyperparam_mutations = bounds  # Ray asks trials for these

        def _save_trial_state(self, state: Any, time: int, result: dict[str, Any], trial: Any) -> Any:
            return super()._save_trial_state(state, time, result, shown(trial))

        def _get_new_config(self, trial: Any, trial_to_clone: Any) -> tuple[dict[str, Any], dict[str, Any]]:
            new, done = super()._get_new_config(trial, shown(trial_to_clone))
            return trial_to_clone.config | {name: new[columns[name]] for name in domains}, done

    def shown(trial: Any) -> Any:
        return Shown(trial, {columns[name]: trial.config[name] for name in domains})

    domains = {name: domain for name, domain in mutations(setup).items() if is_float(domain)}
    columns = {name: f"hyperparameter {number}" for number, name in enumerate(domains)}
    return FloatsOnly(
        {name: [domain.lower, domain.upper] for name, domain in domains.items()},
        time_attr="training_iteration",
        perturbation_interval=interval(setup, perturbation_interval),
        quantile_fraction=quantile_fraction,
        custom_explore_fn=Moves({columns[name]: domain for name, domain in domains.items()}).keep_inside,
    )


class Shown:
    """A trial with a part of its configuration, which Ray's table of results takes for the trial itself."""

    def __init__(self, trial: Any, config: dict[str, Any]) -> None:
        self._name, self.config = str(trial), config

    def __str__(self) -> str:
        return self._name
