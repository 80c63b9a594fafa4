"""Nevergrad's covariance matrix adaptation."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-cma",
    "covariance matrix adaptation evolution strategy of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=15.0,
    repairs=REPAIRS,
    native=nevergrad_native("CMA"),
    native_kinds=KINDS,
    plain=ray_lines("CMA"),
)
def nevergrad_cma(setup: SearchSetup) -> SearchPlan:
    """Hansen and Ostermeier, Completely Derandomized Self-Adaptation (2001); optimiser CMA."""
    from nevergrad import optimizers

    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, optimizers.CMA)
