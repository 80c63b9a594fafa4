"""BORE of Syne Tune."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED, adapt
from searchers._native_syne_tune import INSTALL, KINDS, REPAIRS, syne_tune_native
from searchers._optuna import startup

LIBRARY = ("bore.bore", "Bore")


@searcher(
    "bore",
    "a classifier that tells the best quarter of the trials from the others (BORE of Syne Tune)",
    requires=("syne-tune",),
    install=INSTALL,
    seconds_of_300=250.0,
    repairs=REPAIRS,
    options={
        "init_random": startup("Syne Tune's Bore"),
        "gamma": Option(
            "share of the trials that count as good",
            above=0,
            below=1,
            extremes=(0.1, 0.5),
            source="Syne Tune's Bore; gamma of arXiv 2102.09009",
        ),
        "classifier": Option(
            "the classifier: boosted trees, a random forest or a logistic regression",
            choices=("xgboost", "rf", "logreg"),
            source="Syne Tune's Bore; arXiv 2102.09009",
        ),
        "acq_optimizer": Option(
            "search of the largest probability: among random configurations, or by differential evolution",
            choices=("rs", "de"),
            source="Syne Tune's Bore",
        ),
        "feval_acq": Option(
            "configurations of which that probability is asked",
            least=1,
            extremes=(20, 1000),
            source="Syne Tune's Bore",
        ),
    },
    native=syne_tune_native(*LIBRARY, "init_random"),
    native_kinds=KINDS,
)
def bore(
    setup: SearchSetup,
    *,
    init_random: int | None = None,
    gamma: float = 0.25,
    classifier: str = "xgboost",
    acq_optimizer: str = "rs",
    feval_acq: int = 500,
) -> SearchPlan:
    """Tiao et al., BORE: Bayesian Optimization by Density-Ratio Estimation, ICML 2021."""
    from searchers._syne_tune import SyneTuneSearch

    return adapt(
        setup,
        SyneTuneSearch,
        UNQUANTISED,
        module=LIBRARY[0],
        searcher=LIBRARY[1],
        seed=setup.seed,
        options={
            "gamma": gamma,
            "classifier": classifier,
            "acq_optimizer": acq_optimizer,
            "feval_acq": feval_acq,
            **setup.startup_option("init_random", init_random),
        },
    )
