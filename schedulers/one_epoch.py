"""One epoch for each trial, all epochs for the best: a baseline for multi-fidelity methods."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler

#: One trial in nine goes on, at least one: what two rungs of the other halving schedulers leave.
SHARE = 9


@scheduler(
    "one-epoch",
    "every trial trains for one epoch, then the best ninth of them to the end",
    wants={
        Capability.CHECKPOINTS: "trials wait for the others after their first epoch, so they must save "
        "and load checkpoints"
    },
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    fixed_trials=True,
)
def one_epoch(setup: ScheduleSetup) -> Any:
    """Egele et al., Is One Epoch All You Need For Multi-Fidelity Hyperparameter Optimization?

    arXiv 2307.15422, with one trial in ``SHARE`` for its Top-K.
    """
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import SynchronousRungs

    best = max(1, setup.trials // SHARE)
    rungs = SynchronousRungs((1,) if setup.epochs > 1 else (), keep=lambda there: best)
    return RungScheduler(rungs, setup.epochs)
