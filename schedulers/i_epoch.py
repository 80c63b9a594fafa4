"""i epochs for each trial, all epochs for the best, for any number of epochs i."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.one_epoch import SHARE


@scheduler(
    "i-epoch",
    "every trial trains for i epochs, then the best ninth of them to the end",
    wants={
        Capability.CHECKPOINTS: "trials wait for the others after their first i epochs, so they must save "
        "and load checkpoints"
    },
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    fixed_trials=True,
    options={
        "i": Option(
            "epochs after which trials are judged; all train to the end if there are no more",
            least=1,
            extremes=(1, 8),
            source="i of arXiv 2404.04111",
        ),
        "reduction_factor": Option(
            "one trial in so many goes on, at least one",
            least=1,
            extremes=(2, 27),
            source="of Top-K in arXiv 2307.15422",
        ),
    },
)
def i_epoch(setup: ScheduleSetup, *, i: int = 5, reduction_factor: int = SHARE) -> Any:
    """Egele et al., The Unreasonable Effectiveness Of Early Discarding After One Epoch, arXiv 2404.04111.

    ``i-epoch[i=1]`` does what ``one-epoch`` does, ``i=3`` and ``i=9`` what ``three-epochs`` and
    ``nine-epochs`` do; the number is an option here, so that it can be an axis of a grid.
    """
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import SynchronousRungs

    best = max(1, setup.trials // reduction_factor)
    return RungScheduler(
        SynchronousRungs((i,) if setup.epochs > i else (), keep=lambda there: best), setup.epochs
    )
