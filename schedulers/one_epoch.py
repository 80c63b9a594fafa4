"""i epochs for each trial, all epochs for the best: a baseline for multi-fidelity methods."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler

#: One trial in nine goes on, at least one: what two rungs of the other halving schedulers leave.
SHARE = 9
#: The family: by name, the epochs i after which trials are judged, in words.  The members after the first run
#: only where they are named.
FAMILY = {
    "one-epoch": (1, "one epoch"),
    "three-epochs": (3, "three epochs"),
    "nine-epochs": (9, "nine epochs"),
}


def _member(name: str, judged_after: int, words: str) -> None:
    """Register the member of the family that judges trials after this number of epochs."""

    @scheduler(
        name,
        f"every trial trains for {words}, then the best ninth of them to the end",
        wants={
            Capability.CHECKPOINTS: "trials wait for the others after their first "
            f"{words.removeprefix('one ')}, so they must save and load checkpoints"
        },
        does=frozenset({Effect.STOP, Effect.PAUSE}),
        fixed_trials=True,
        options={
            "reduction_factor": Option(
                "one trial in so many goes on, at least one",
                least=1,
                extremes=(2, 27),
                source="of Top-K in arXiv 2307.15422",
            )
        },
        hidden=judged_after > 1,
    )
    def i_epoch(setup: ScheduleSetup, *, reduction_factor: int = SHARE) -> Any:
        """Egele et al., Is One Epoch All You Need For Multi-Fidelity Hyperparameter Optimization?

        arXiv 2307.15422, and for any number of epochs i arXiv 2404.04111, with one trial in
        ``reduction_factor`` for its Top-K.
        """
        from schedulers._rung_scheduler import RungScheduler
        from schedulers._rungs import SynchronousRungs

        best = max(1, setup.trials // reduction_factor)
        rungs = SynchronousRungs(
            (judged_after,) if setup.epochs > judged_after else (), keep=lambda there: best
        )
        return RungScheduler(rungs, setup.epochs)


for _name, (_judged_after, _words) in FAMILY.items():
    _member(_name, _judged_after, _words)
