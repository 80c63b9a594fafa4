"""Nevergrad's (1+1) evolution strategy."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher


@searcher(
    "nevergrad-oneplusone",
    "(1+1) evolution strategy with the one-fifth rule, of Nevergrad",
    requires=("nevergrad",),
)
def nevergrad_oneplusone(setup: SearchSetup) -> SearchPlan:
    """Rapin and Teytaud, Nevergrad (2018); optimiser OnePlusOne."""
    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, "OnePlusOne")
