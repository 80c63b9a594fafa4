"""Plans of the planted changes: the cells in which each is compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.gate.roster import GRID, compatible
from benchmarks.suite.experiment import Experiment

#: What does not depend on how busy the machine was when a side was run.
TUNING = ("score", "collapse", "test", "epochs", "target")
ALL = (*TUNING, "suggest", "overhead")
MNIST = ("mnist-convnet", "mnist-wide")


@dataclass(frozen=True)
class PlantedPlan:
    """A comparison of what is planted with what is registered.

    Attributes:
        module: in this package.
        title: for people.
        trainables, searchers, schedulers: whose cells are compared.
        quantities: what the gate watches.
        turned: what is planted is the baseline, so that the change is its removal.
        trials: of an experiment; more than the default gate's for what a searcher has to have learned first.
        workers: of an experiment; one where it matters that each trial knows of the one before.
    """

    module: str
    title: str
    trainables: tuple[str, ...]
    searchers: tuple[str, ...]
    schedulers: tuple[str, ...]
    quantities: tuple[str, ...] = TUNING
    turned: bool = False
    trials: int = GRID.trials
    workers: int = GRID.workers[0]

    def experiments(self, repetitions: int) -> list[Experiment]:
        """Return the experiments of either side, but for trials and workers in the default gate's budget."""
        grid = replace(
            GRID,
            trainables=self.trainables,
            searchers=self.searchers,
            schedulers=self.schedulers,
            repetitions=repetitions,
            trials=self.trials,
            workers=(self.workers,),
        )
        return compatible(grid.experiments())


TPE, BOTH = ("optuna-tpe",), ("optuna-tpe", "nevergrad-oneplusone")
EVERY = ("fifo", "asha", "hyperband", "median")
TASKS = ("mnist-wide", "mixed-ackley")
#: Under these the number of epochs is fixed.  Others stop less of what is better, so that it costs more.
FIXED = ("fifo", "hyperband")

#: The same code on both sides, with other seeds.
SAME = PlantedPlan(
    "", "no change", (*MNIST, "mixed-ackley"), ("random", "optuna-tpe", "hyperopt", "sobol"), EVERY, ALL
)

REGRESSIONS = (
    PlantedPlan("tpe_gamma_one", "TPE with gamma = 1", TASKS, TPE, EVERY),
    PlantedPlan("tpe_random", "TPE replaced by random", TASKS, TPE, EVERY),
    PlantedPlan(
        "rates_shifted",
        "learning-rate space shifted by one decade",
        MNIST,
        ("random", *TPE),
        ("fifo", "asha"),
    ),
    PlantedPlan("asha_blind", "ASHA that ignores its rungs", TASKS, ("random", *TPE), ("asha",)),
    PlantedPlan("asha_worst", "ASHA that keeps the worst", TASKS, ("random", *TPE), ("asha",)),
    PlantedPlan(
        "results_late",
        "a searcher that sees every result one trial late: CMA-ES",
        ("mnist-wide", "digits-mlp"),
        ("nevergrad-cma",),
        FIXED,
        trials=40,
        workers=1,
    ),
    PlantedPlan("results_late", "the same: TPE and (1+1)", TASKS, BOTH, EVERY),
    PlantedPlan(
        "signs_swapped",
        "a searcher that gets min and max swapped in 10 % of trials",
        TASKS,
        TPE,
        FIXED,
        trials=64,
    ),
    PlantedPlan(
        "metric_noisier",
        "a trainable whose validation metric is noisier",
        MNIST,
        ("random", *TPE),
        ("fifo", "asha"),
    ),
    PlantedPlan(
        "suggests_slowly",
        "a searcher ten times slower to suggest",
        TASKS,
        BOTH,
        ("fifo",),
        (*TUNING, "suggest"),
    ),
)
#: Rare and large losses: whole repetitions of a searcher on a task, under all schedulers alike.
COLLAPSES = tuple(
    PlantedPlan(
        f"collapse_{percent}",
        f"searchers that collapse in {percent} % of the runs",
        (*MNIST, "mixed-ackley"),
        ("optuna-tpe", "hyperopt"),
        EVERY,
    )
    for percent in (5, 10, 15)
)
IMPROVEMENTS = (
    PlantedPlan("starts_informed", "TPE begins with a good configuration", MNIST, TPE, FIXED),
    PlantedPlan(
        "rates_narrowed", "learning-rate space without its poor half", MNIST, ("random", *TPE), FIXED
    ),
    *(
        replace(plan, title=f"{plan.title}, mended", schedulers=FIXED, turned=True)
        for plan in REGRESSIONS
        if plan.module in ("tpe_gamma_one", "tpe_random", "rates_shifted", "signs_swapped")
    ),
    replace(REGRESSIONS[-1], title="a searcher ten times faster to suggest", turned=True),
)
