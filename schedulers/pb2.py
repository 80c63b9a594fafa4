"""Population Based Bandits."""

from __future__ import annotations

from typing import Any

from benchmarks.registry import Effect, ScheduleSetup, scheduler
from schedulers._population import WANTS, interval, keep_inside, mutations


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

    Ray's PB2 proposes on a linear scale within the bounds, whatever scale the domain declares.
    """
    from ray.tune.schedulers.pb2 import PB2
    from ray.tune.search.sample import Float

    domains = {name: domain for name, domain in mutations(setup).items() if isinstance(domain, Float)}
    return PB2(
        time_attr="training_iteration",
        perturbation_interval=interval(setup),
        hyperparam_bounds={name: [domain.lower, domain.upper] for name, domain in domains.items()},
        custom_explore_fn=keep_inside(domains),
    )
