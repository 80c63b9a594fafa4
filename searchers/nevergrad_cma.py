"""Nevergrad's covariance matrix adaptation."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher


@searcher(
    "nevergrad-cma",
    "covariance matrix adaptation evolution strategy of Nevergrad",
    requires=("nevergrad",),
)
def nevergrad_cma(setup: SearchSetup) -> SearchPlan:
    """Rapin and Teytaud, Nevergrad (2018); optimiser CMA (Hansen and Ostermeier 2001)."""
    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, "CMA")
