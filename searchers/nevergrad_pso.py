"""Nevergrad's particle swarm optimisation."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-pso",
    "particle swarm optimisation of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={
        "popsize": Option(
            "points of a generation",
            least=2,
            extremes=(2, 10),
            default="40, or as many as there are workers",
            source="nevergrad.families.ConfPSO",
        ),
        "omega": Option(
            "share of its speed that a particle keeps",
            least=0,
            below=1,
            extremes=(0.1, 0.95),
            default="1 / (2 ln 2)",
            source="nevergrad.families.ConfPSO",
        ),
    },
    native=nevergrad_native("PSO"),
    native_kinds=KINDS,
    plain=ray_lines("PSO"),
)
def nevergrad_pso(
    setup: SearchSetup, *, popsize: int | None = None, omega: float | None = None
) -> SearchPlan:
    """Kennedy and Eberhart, Particle Swarm Optimization, ICNN 1995.

    Its population is Nevergrad's own: 40, drawn at random.
    """
    from searchers._nevergrad import configured, nevergrad_plan

    return nevergrad_plan(setup, configured("PSO", "ConfPSO", popsize=popsize, omega=omega))
