"""Conformalised quantile regression of Syne Tune."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED, adapt
from searchers._native_syne_tune import INSTALL, KINDS, REPAIRS, syne_tune_native
from searchers._optuna import startup

LIBRARY = ("conformal.conformal_quantile_regression_searcher", "ConformalQuantileRegression")


@searcher(
    "cqr",
    "Thompson sampling of quantiles that boosted trees predict, conformalised from 33 results on (Syne Tune)",
    requires=("syne-tune", "huggingface_hub"),
    install=INSTALL,
    seconds_of_300=400.0,
    repairs=REPAIRS,
    options={
        "num_init_random_draws": startup("Syne Tune's ConformalQuantileRegression"),
        "update_frequency": Option(
            "results after which the trees are grown anew",
            least=1,
            extremes=(1, 8),
            source="Syne Tune's ConformalQuantileRegression",
        ),
        "quantiles": Option(
            "number of quantiles that are predicted, an odd one",
            least=3,
            extremes=(3, 9),
            source="Syne Tune's QuantileRegressionSurrogateModel; arXiv 2305.03623",
        ),
    },
    native=syne_tune_native(*LIBRARY, "num_init_random_draws"),
    native_kinds=KINDS,
)
def cqr(
    setup: SearchSetup,
    *,
    num_init_random_draws: int | None = None,
    update_frequency: int = 1,
    quantiles: int = 5,
) -> SearchPlan:
    """Salinas et al., Optimizing Hyperparameters with Conformal Quantile Regression, ICML 2023.

    Raises:
        ValueError: for an even number of quantiles.
    """
    from searchers._syne_tune import SyneTuneSearch

    if quantiles % 2 == 0:
        raise ValueError(f"cqr: quantiles is {quantiles}; expected an odd number, such as {quantiles + 1}")
    return adapt(
        setup,
        SyneTuneSearch,
        UNQUANTISED,
        module=LIBRARY[0],
        searcher=LIBRARY[1],
        seed=setup.seed,
        options={
            "update_frequency": update_frequency,
            "quantiles": quantiles,
            **setup.startup_option("num_init_random_draws", num_init_random_draws),
        },
    )
