"""Population Based Training in step."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.part_options import forwards
from benchmarks.suite.registry import Effect, ScheduleSetup, scheduler
from schedulers._population import KNOWS_CATEGORIES, OPTIONS, STAYS_INSIDE, WANTS, population, ray_lines


@scheduler(
    "pbt-sync",
    "Population Based Training in step: all wait for the slowest before any mutates",
    wants=WANTS,
    look_ahead="trials",
    does=frozenset({Effect.MUTATE, Effect.PAUSE}),
    options=OPTIONS,
    repairs=(
        STAYS_INSIDE,
        KNOWS_CATEGORIES,
        "In Ray all trials wait without end for one that has failed or ended by itself; here the others go "
        "on.",
        "Ray ends a loser, as a success, at its next checkpoint if the round came while it was saving; here "
        "it goes on from the winner's checkpoint.",
    ),
    plain=ray_lines(synch=True),
)
@forwards(population)
def pbt_sync(setup: ScheduleSetup, **options: Any) -> Any:
    """Jaderberg et al., arXiv 1711.09846, appendix A.1."""
    return population(setup, True, **options)
