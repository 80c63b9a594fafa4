"""Nevergrad's choice of an optimiser of its own."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import FEWEST_WORKERS, KINDS, nevergrad_native
from searchers.nevergrad_oneplusone import REPAIRS, ray_lines


@searcher(
    "nevergrad-ngopt",
    "NGOpt of Nevergrad, which picks an optimiser by the space, the budget and the look-ahead",
    requires=("nevergrad", "scikit-learn"),
    seconds_of_300=30.0,
    repairs=(
        *REPAIRS,
        "NGOpt's quadratic model calls float() on an array of one element, a TypeError since numpy 2.4; here "
        "it gets the number in it.",
    ),
    settings=(
        "For one worker NGOpt may pick COBYLA, which waits in a thread for each result, and without end for "
        "the result of a failed trial; here NGOpt is told two workers at least, so that with one it picks "
        "another optimiser than it would.",
    ),
    options={
        "optimizer": Option(
            "which version of its rules picks",
            choices=("NGOpt", *(f"NGOpt{version}" for version in (4, 8, 10, 15, 16, 36, 39))),
            extremes=("NGOpt4", "NGOpt10"),
            source="nevergrad.optimizers.registry",
        )
    },
    native=nevergrad_native("NGOpt", workers=FEWEST_WORKERS),
    native_kinds=KINDS,
    plain=ray_lines("NGOpt"),
)
def nevergrad_ngopt(setup: SearchSetup, *, optimizer: str = "NGOpt") -> SearchPlan:
    """Meunier et al., Black-Box Optimization Revisited, IEEE TEVC 26 (2022)."""
    from searchers._ngopt import ngopt_plan

    return ngopt_plan(setup, optimizer)
