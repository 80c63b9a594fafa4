"""Nevergrad's (1+1) evolution strategy."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_nevergrad import KINDS, nevergrad_native

REPAIRS = (
    "NevergradSearch has no seed and draws from numpy's global generator; here it has one of its own.",
    "NevergradSearch drops steps, leaves conditions unresolved, and draws both ends of an integer half as "
    "often as it should; here all three reach Nevergrad encoded.",
    "NevergradSearch gives logarithmic scales a standard deviation of a factor of e, whatever their range; "
    "here it is Nevergrad's own, a sixth of the range (Ray 2.60, tune/search/nevergrad/nevergrad_search.py, "
    "line 345).",
)


def ray_lines(optimizer: str) -> tuple[str, ...]:
    """Return the lines of Python that make an optimiser of that name with Ray alone (``Spec.plain``)."""
    return (
        "from nevergrad import optimizers",
        "from ray.tune.search.nevergrad import NevergradSearch",
        f'NevergradSearch(optimizers.{optimizer}, {{"budget": {{trials}}, "num_workers": {{workers}}}})',
    )


@searcher(
    "nevergrad-oneplusone",
    "(1+1) evolution strategy with the one-fifth rule, of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={
        "mutation": Option(
            "the law of its steps",
            choices=("gaussian", "cauchy", "discrete", "fastga", "doublefastga"),
            source="nevergrad.families.ParametrizedOnePlusOne",
        ),
    },
    native=nevergrad_native("OnePlusOne"),
    native_kinds=KINDS,
    plain=ray_lines("OnePlusOne"),
)
def nevergrad_oneplusone(setup: SearchSetup, *, mutation: str = "gaussian") -> SearchPlan:
    """Rapin and Teytaud, Nevergrad (2018); optimiser OnePlusOne."""
    from searchers._nevergrad import configured, nevergrad_plan

    return nevergrad_plan(setup, configured("OnePlusOne", "ParametrizedOnePlusOne", mutation=mutation))
