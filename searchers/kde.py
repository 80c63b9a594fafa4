"""Kernel density estimates of Syne Tune."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_syne_tune import INSTALL, KINDS, KINDS_OF_KDE, REPAIRS, syne_tune_native

LIBRARY = ("kde.kde_searcher", "KernelDensityEstimator")
MORE_THAN_DIMENSIONS = 1


@searcher(
    "kde",
    "kernel density estimates of good and bad trials, of all hyperparameters together (Syne Tune's TPE)",
    requires=("syne-tune", "statsmodels"),
    install=INSTALL,
    seconds_of_300=40.0,
    repairs=(
        *REPAIRS,
        "Its estimates are made on a linear scale also where the domain is logarithmic, and misplace "
        "integers; here both reach it encoded.",
    ),
    options={
        "num_min_data_points": Option(
            "good trials that its model needs; at least one more than there are hyperparameters",
            least=1,
            extremes=(6, 10),
            default="a hyperparameter more than there are",
            source="Syne Tune's KernelDensityEstimator; N_min of arXiv 1807.01774",
        ),
        "top_n_percent": Option(
            "per cent of the trials that count as good",
            least=1,
            most=99,
            extremes=(5, 50),
            source="Syne Tune's KernelDensityEstimator; gamma of arXiv 1807.01774",
        ),
        "num_candidates": Option(
            "draws from the density of good trials, of which the best is proposed",
            least=1,
            extremes=(1, 100),
            source="Syne Tune's KernelDensityEstimator; N_s of arXiv 1807.01774",
        ),
        "bandwidth_factor": Option(
            "factor by which those draws spread wider than the density",
            above=0,
            extremes=(1.0, 6.0),
            source="Syne Tune's KernelDensityEstimator; b_w of arXiv 1807.01774",
        ),
        "random_fraction": Option(
            "share of proposals that are random",
            least=0,
            most=1,
            extremes=(0, 0.9),
            source="Syne Tune's KernelDensityEstimator; rho of arXiv 1807.01774",
        ),
    },
    native=syne_tune_native(
        *LIBRARY,
        set_otherwise=lambda dimensions: {"num_min_data_points": dimensions + MORE_THAN_DIMENSIONS},
    ),
    native_kinds=KINDS,
    settings=(
        "num_min_data_points: a hyperparameter more than there are; with Syne Tune's default, as many as "
        "there are, the good trials are too few for a density until the best 15 per cent are more than that.",
    ),
)
def kde(
    setup: SearchSetup,
    *,
    num_min_data_points: int | None = None,
    top_n_percent: int = 15,
    num_candidates: int = 64,
    bandwidth_factor: float = 3.0,
    random_fraction: float = 0.33,
) -> SearchPlan:
    """Falkner, Klein and Hutter, BOHB, ICML 2018, section 3.2; of trials that are trained to their end.

    It has no random start of ``setup.n_startup_trials``: its model steps in when good and bad trials are each
    one more than there are hyperparameters.
    """
    from searchers._syne_tune import SyneTuneSearch

    return adapt(
        setup,
        SyneTuneSearch,
        KINDS_OF_KDE,
        module=LIBRARY[0],
        searcher=LIBRARY[1],
        seed=setup.seed,
        options={
            "num_min_data_points": num_min_data_points,
            "top_n_percent": top_n_percent,
            "num_candidates": num_candidates,
            "bandwidth_factor": bandwidth_factor,
            "random_fraction": random_fraction,
        },
        least={"num_min_data_points": MORE_THAN_DIMENSIONS},
    )
