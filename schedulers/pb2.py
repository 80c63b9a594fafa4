"""Population Based Bandits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray.tune.search.sample import Domain, Float

from benchmarks.registry import Effect, ScheduleSetup, scheduler
from benchmarks.space import kind, ordinary
from schedulers._explore import Moves
from schedulers._population import WANTS, interval, mutations


@scheduler(
    "pb2",
    "Population Based Bandits: PBT whose mutations a Gaussian process proposes",
    requires=("scikit-learn",),
    wants=WANTS,
    look_ahead="trials",
    does=frozenset({Effect.MUTATE, Effect.PAUSE}),
    repairs=(
        "Ray rounds what the Gaussian process proposes to 32 bits, which can lead out of the bounds; here it "
        "moves back to the nearest value inside.",
    ),
)
def pb2(setup: ScheduleSetup) -> Any:
    """Parker-Holder et al., Provably Efficient Online Hyperparameter Optimization, NeurIPS 2020.

    Ray's PB2 proposes on a linear scale within the bounds, whatever scale the domain declares.  It proposes
    floats; integers and categories come from the winner unchanged.
    """
    from ray.tune.schedulers.pb2 import PB2

    class FloatsOnly(PB2):
        """PB2 that is shown the hyperparameters that it proposes, and takes the others from the winner.

        Ray flattens the whole configuration and makes a nested one of it again, in which an empty dict and a
        name with a slash are lost.
        """

        def _get_new_config(self, trial: Any, trial_to_clone: Any) -> tuple[dict[str, Any], dict[str, Any]]:
            winner = dict(trial_to_clone.config)
            new, done = super()._get_new_config(trial, Shown(trial_to_clone, {n: winner[n] for n in domains}))
            return winner | new, done

    domains = proposed(mutations(setup))
    if not domains:
        raise ValueError(
            "pb2 proposes floats, and none of the hyperparameters that may change is one within +-1e30; use pbt"
        )
    return FloatsOnly(
        time_attr="training_iteration",
        perturbation_interval=interval(setup),
        hyperparam_bounds={name: [domain.lower, domain.upper] for name, domain in domains.items()},
        custom_explore_fn=Moves(domains).keep_inside,
    )


class Shown:
    """A trial with a part of its configuration; to Ray's table of results it is the trial itself."""

    def __init__(self, trial: Any, config: dict[str, Any]) -> None:
        self._name, self.config = str(trial), config

    def __str__(self) -> str:
        return self._name


def proposed(domains: Mapping[str, Domain]) -> dict[str, Any]:
    """Return the domains whose values a Gaussian process in 32 bits can propose: ordinary floats."""
    return {
        name: domain
        for name, domain in domains.items()
        if isinstance(domain, Float) and kind(domain) != "other" and ordinary(domain)
    }
