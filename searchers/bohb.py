"""BOHB's searcher; its partner is the scheduler ``hb-bohb``."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
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
    options={
        "min_points_in_model": Option(
            "results of a budget that its model needs",
            least=1,
            extremes=(6, 12),
            default="a hyperparameter more than there are",
            source="hpbandster's BOHB; N_min of arXiv 1807.01774",
        ),
        "top_n_percent": Option(
            "per cent of the results that count as good",
            least=1,
            most=99,
            extremes=(5, 50),
            source="hpbandster's BOHB; gamma of arXiv 1807.01774",
        ),
        "num_samples": Option(
            "draws from the density of good results, of which the best is proposed",
            least=1,
            extremes=(1, 100),
            source="hpbandster's BOHB; N_s of arXiv 1807.01774",
        ),
        "random_fraction": Option(
            "share of proposals that are random",
            least=0,
            most=1,
            extremes=(0, 0.9),
            source="hpbandster's BOHB; rho of arXiv 1807.01774",
        ),
    },
    plain=("from ray.tune.search.bohb import TuneBOHB", "TuneBOHB(seed=0)"),
)
def bohb(
    setup: SearchSetup,
    *,
    min_points_in_model: int | None = None,
    top_n_percent: int = 15,
    num_samples: int = 64,
    random_fraction: float = 1 / 3,
) -> SearchPlan:
    """Falkner, Klein and Hutter, BOHB, ICML 2018.

    It has no random start of ``setup.n_startup_trials``: BOHB models as soon as a budget has twice as many
    results as a density needs, which depends on the dimension.  With a scheduler that stops trials but does
    not pause them (asha, median) its model of a rung knows only the trials that ended there.
    """
    from searchers._bohb import InformedBOHB

    config = {
        "min_points_in_model": min_points_in_model,
        "top_n_percent": top_n_percent,
        "num_samples": num_samples,
        "random_fraction": random_fraction,
    }
    return adapt(setup, InformedBOHB, seed=setup.seed, bohb_config=config)
