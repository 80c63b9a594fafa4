"""BOHB's searcher; its partner is the scheduler ``hb-bohb``."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "bohb",
    "kernel density estimates on the largest budget that has data (BOHB of hpbandster)",
    requires=("hpbandster", "ConfigSpace"),
    install="pip install hpbandster==0.7.4 ConfigSpace==1.2.2",
    by_rung=True,
    seconds_of_300=60.0,
    repairs=(
        "TuneBOHB learns only what HyperBandForBOHB notes at a bracket's milestones, so that with any other "
        "scheduler it is silently pure random search, and never the result on which a trial ends, so that it "
        "knows nothing of the largest budget; here it learns wherever a trial rests or ends.",
        "TuneBOHB's model draws from numpy's global generator; here that has a state of its own while it is "
        "asked.",
    ),
    plain=("from ray.tune.search.bohb import TuneBOHB", "TuneBOHB(seed=0)"),
)
def bohb(setup: SearchSetup) -> SearchPlan:
    """Falkner, Klein and Hutter, BOHB, ICML 2018.

    It has no random start of ``setup.n_startup_trials``: BOHB models as soon as a budget has twice as many
    results as a density needs, which depends on the dimension.  With a scheduler that stops trials but does
    not pause them (asha, median) its model of a rung knows only the trials that ended there.
    """
    from searchers._bohb import InformedBOHB

    return adapt(setup, InformedBOHB, seed=setup.seed)
