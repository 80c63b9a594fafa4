"""Nevergrad's covariance matrix adaptation."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-cma",
    "covariance matrix adaptation evolution strategy of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=15.0,
    repairs=REPAIRS,
    options={
        "popsize": Option(
            "points of a generation",
            least=2,
            extremes=(2, 10),
            default="4 + 3 ln(dimensions), or as many as there are workers",
            source="nevergrad.families.ParametrizedCMA",
        ),
        "scale": Option(
            "first standard deviation, of Nevergrad's own",
            above=0,
            extremes=(0.1, 3),
            source="nevergrad.families.ParametrizedCMA",
        ),
        "elitist": Option(
            "the best point so far stays in the generation", source="nevergrad.families.ParametrizedCMA"
        ),
        "diagonal": Option(
            "a standard deviation each, and no correlations", source="nevergrad.families.ParametrizedCMA"
        ),
    },
    native=nevergrad_native("CMA"),
    native_kinds=KINDS,
    plain=ray_lines("CMA"),
)
def nevergrad_cma(
    setup: SearchSetup,
    *,
    popsize: int | None = None,
    scale: float = 1.0,
    elitist: bool = False,
    diagonal: bool = False,
) -> SearchPlan:
    """Hansen and Ostermeier, Completely Derandomized Self-Adaptation (2001); optimiser CMA."""
    from searchers._nevergrad import configured, nevergrad_plan

    options = {"popsize": popsize, "scale": scale, "elitist": elitist, "diagonal": diagonal}
    return nevergrad_plan(setup, configured("CMA", "ParametrizedCMA", **options))
