"""Freeze-thaw: trials rest while more is expected of others, by their learning curves."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler


@scheduler(
    "freeze-thaw",
    "goes on with the trial whose learning curve promises the most improvement at its last epoch",
    wants={Capability.CHECKPOINTS: "trials are frozen and go on later, so they must save and load"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={
        "interval": Option(
            "epochs between two decisions on a trial",
            least=1,
            extremes=(2, 4),
            default="a ninth of the epochs, at least 1",
            source="after arXiv 1406.3896",
        ),
        "min_chance": Option(
            "a trial that is less likely to become the best is ended",
            least=0,
            below=1,
            extremes=(0, 0.3),
            source="delta of Domhan et al., IJCAI 2015",
        ),
    },
)
def freeze_thaw(setup: ScheduleSetup, *, interval: int | None = None, min_chance: float = 0.05) -> Any:
    """After Swersky, Snoek and Adams, Freeze-Thaw Bayesian Optimization, arXiv 1406.3896.

    The paper's Gaussian process over hyperparameters and epochs chooses configurations too; here the searcher
    does, and the curves are forecast by a Bayesian ensemble of power laws (``schedulers._curve_ensemble``).
    Trials are chosen by expected improvement at the last epoch, not by entropy search.  A trial that
    hardly can become the best is ended, by the rule of Domhan, Springenberg and Hutter, Speeding up Automatic
    Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves, IJCAI 2015.
    Nothing is drawn at random.
    """
    from schedulers._freeze_thaw import FreezeThawScheduler

    every = interval or max(1, setup.epochs // 9)
    return FreezeThawScheduler(setup.epochs, setup.workers, every, min_chance)
