"""Nevergrad's differential evolution."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-de",
    "differential evolution of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    native=nevergrad_native("DE"),
    native_kinds=KINDS,
    plain=ray_lines("DE"),
)
def nevergrad_de(setup: SearchSetup) -> SearchPlan:
    """Storn and Price, Differential Evolution, Journal of Global Optimization 11 (1997).

    Its population is Nevergrad's own: 30 in few dimensions, drawn at random.
    """
    from nevergrad import optimizers

    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, optimizers.DE)
