"""BOHB's half that proposes; the other half is the scheduler ``hb-bohb``."""

from __future__ import annotations

from benchmarks.registry import Capability, SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "bohb",
    "kernel density estimates on the largest budget that has data (BOHB of hpbandster)",
    requires=("hpbandster", "ConfigSpace"),
    install="pip install hpbandster==0.7.4 ConfigSpace==1.2.2",
    wants={
        Capability.FEEDS_BOHB: "TuneBOHB's model learns only what HyperBandForBOHB tells it at a bracket's "
        "milestones; with any other scheduler it has no data and is pure random search"
    },
    seconds_of_300=30.0,
    repairs=(
        "TuneBOHB never learns the result on which a trial ends, so its model has nothing of the largest "
        "budget; here it does.",
        "TuneBOHB's model draws from numpy's global generator; here that has a state of its own while it is "
        "asked.",
    ),
)
def bohb(setup: SearchSetup) -> SearchPlan:
    """Falkner, Klein and Hutter, BOHB, ICML 2018.

    ``setup.startup`` is not used: BOHB models as soon as a budget has twice as many results as a density
    needs, which depends on the dimension.
    """
    from searchers._bohb import InformedBOHB

    return adapt(setup, InformedBOHB, seed=setup.seed)
