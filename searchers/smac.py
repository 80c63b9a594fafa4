"""SMAC3's random forest."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED, adapt
from searchers._native_smac import KINDS, REPAIRS, SETTINGS, smac_native, startup_design
from searchers._optuna import startup


@searcher(
    "smac",
    "random forest with expected improvement, every fifth proposal random (SMAC3's default for tuning)",
    requires=("smac", "ConfigSpace"),
    install="pip install smac==2.4.1 ConfigSpace==1.2.2",
    seconds_of_300=150.0,
    repairs=REPAIRS,
    options={
        "n_configs": startup("SMAC3's SobolInitialDesign; a Sobol sequence"),
        "retrain_after": Option(
            "proposals of one forest before the next is grown",
            least=1,
            extremes=(1, 16),
            source="SMAC3's ConfigSelector",
        ),
        "probability": Option(
            "chance that a proposal is random",
            least=0,
            most=1,
            extremes=(0, 0.9),
            source="SMAC3's ProbabilityRandomDesign; LION 2011",
        ),
        "n_trees": Option(
            "trees of the forest", least=1, extremes=(2, 50), source="SMAC3's RandomForest; LION 2011"
        ),
        "challengers": Option(
            "random configurations that the acquisition is searched among",
            least=1,
            extremes=(100, 20000),
            source="SMAC3's LocalAndSortedRandomSearch",
        ),
    },
    native=smac_native("HyperparameterOptimizationFacade"),
    native_kinds=KINDS,
    settings=SETTINGS,
)
def smac(
    setup: SearchSetup,
    *,
    n_configs: int | None = None,
    retrain_after: int = 8,
    probability: float = 0.2,
    n_trees: int = 10,
    challengers: int = 10000,
) -> SearchPlan:
    """Hutter, Hoos and Leyton-Brown, LION 2011; Lindauer et al., SMAC3, JMLR 23 (2022), 54."""
    from searchers._smac import SmacSearch

    return adapt(
        setup,
        SmacSearch,
        UNQUANTISED | {"conditional"},
        facade="HyperparameterOptimizationFacade",
        trials=setup.trials,
        seed=setup.seed,
        parts={
            "initial_design": startup_design(setup, n_configs),
            "config_selector": {"retrain_after": retrain_after},
            "random_design": {"probability": probability},
            "model": {"n_trees": n_trees},
            "acquisition_maximizer": {"challengers": challengers},
        },
    )
