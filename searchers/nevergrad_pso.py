"""Nevergrad's particle swarm optimisation."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-pso",
    "particle swarm optimisation of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    native=nevergrad_native("PSO"),
    native_kinds=KINDS,
    plain=ray_lines("PSO"),
)
def nevergrad_pso(setup: SearchSetup) -> SearchPlan:
    """Kennedy and Eberhart, Particle Swarm Optimization, ICNN 1995.

    Its population is Nevergrad's own: 40, drawn at random.
    """
    from nevergrad import optimizers

    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, optimizers.PSO)
