"""Population Based Training, asynchronous."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.part_options import forwards
from benchmarks.suite.registry import Effect, ScheduleSetup, scheduler
from schedulers._population import KNOWS_CATEGORIES, OPTIONS, STAYS_INSIDE, WANTS, population, ray_lines


@scheduler(
    "pbt",
    "Population Based Training: losers copy a winner and mutate its hyperparameters",
    wants=WANTS,
    look_ahead="trials",
    does=frozenset({Effect.MUTATE, Effect.PAUSE}),
    options=OPTIONS,
    repairs=(STAYS_INSIDE, KNOWS_CATEGORIES),
    plain=ray_lines(synch=False),
)
@forwards(population)
def pbt(setup: ScheduleSetup, **options: Any) -> Any:
    """Jaderberg et al., Population Based Training of Neural Networks, arXiv 1711.09846."""
    return population(setup, False, **options)
