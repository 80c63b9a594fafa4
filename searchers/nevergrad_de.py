"""Nevergrad's differential evolution."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-de",
    "differential evolution of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={
        "popsize": Option(
            "points of a generation",
            least=4,
            extremes=(4, 10),
            default="30, or more where there are more workers",
            source="nevergrad.families.DifferentialEvolution",
        ),
        "crossover": Option(
            "share of coordinates that come from the mutant",
            least=0,
            most=1,
            source="nevergrad.families.DifferentialEvolution; CR of Storn and Price",
        ),
        "F1": Option(
            "step towards the best point",
            least=0,
            most=2,
            extremes=(0.1, 2),
            source="nevergrad.families.DifferentialEvolution",
        ),
        "F2": Option(
            "step along the difference of two points",
            least=0,
            most=2,
            extremes=(0.1, 2),
            source="nevergrad.families.DifferentialEvolution; F of Storn and Price",
        ),
    },
    native=nevergrad_native("DE"),
    native_kinds=KINDS,
    plain=ray_lines("DE"),
)
def nevergrad_de(
    setup: SearchSetup,
    *,
    popsize: int | None = None,
    crossover: float = 0.5,
    F1: float = 0.8,
    F2: float = 0.8,
) -> SearchPlan:
    """Storn and Price, Differential Evolution, Journal of Global Optimization 11 (1997).

    Its population is Nevergrad's own: 30 in few dimensions, drawn at random.
    """
    from searchers._nevergrad import configured, nevergrad_plan

    family = configured("DE", "DifferentialEvolution", popsize=popsize, crossover=crossover, F1=F1, F2=F2)
    return nevergrad_plan(setup, family)
