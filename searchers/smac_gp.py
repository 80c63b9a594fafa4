"""SMAC3's Gaussian process."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED, adapt
from searchers._native_smac import KINDS, REPAIRS, SETTINGS, smac_native, startup_design
from searchers._optuna import startup


@searcher(
    "smac-gp",
    "Gaussian process with expected improvement, of SMAC3 (its facade for black boxes)",
    requires=("smac", "ConfigSpace"),
    install="pip install smac==2.4.1 ConfigSpace==1.2.2",
    seconds_of_300=2000.0,
    repairs=REPAIRS,
    options={
        "n_configs": startup("SMAC3's SobolInitialDesign; a Sobol sequence"),
        "probability": Option(
            "chance that a proposal is random",
            least=0,
            most=1,
            extremes=(0, 0.9),
            default="SMAC3's own, 0.084",
            source="SMAC3's ProbabilityRandomDesign",
        ),
        "xi": Option(
            "improvement, in units of the metric, that counts as none",
            least=0,
            extremes=(0.0, 1.0),
            source="SMAC3's EI",
        ),
        "challengers": Option(
            "random configurations that the acquisition is searched among",
            least=1,
            extremes=(100, 5000),
            source="SMAC3's LocalAndSortedRandomSearch",
        ),
    },
    native=smac_native("BlackBoxFacade"),
    native_kinds=KINDS,
    settings=SETTINGS,
)
def smac_gp(
    setup: SearchSetup,
    *,
    n_configs: int | None = None,
    probability: float | None = None,
    xi: float = 0.0,
    challengers: int = 1000,
) -> SearchPlan:
    """Lindauer et al., SMAC3: A Versatile Bayesian Optimization Package, JMLR 23 (2022), 54."""
    from searchers._smac import SmacSearch

    return adapt(
        setup,
        SmacSearch,
        UNQUANTISED | {"conditional"},
        facade="BlackBoxFacade",
        trials=setup.trials,
        seed=setup.seed,
        parts={
            "initial_design": startup_design(setup, n_configs),
            "random_design": {} if probability is None else {"probability": probability},
            "acquisition_function": {"xi": xi},
            "acquisition_maximizer": {"challengers": challengers},
        },
    )
