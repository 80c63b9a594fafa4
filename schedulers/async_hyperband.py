"""Asynchronous HyperBand: brackets of asynchronous successive halving side by side."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR
from schedulers.asha import grace_period as first_rung


@scheduler(
    "async-hyperband",
    "asynchronous HyperBand: brackets of asha-promote side by side, with trials in HyperBand's shares",
    wants={Capability.CHECKPOINTS: "trials rest and go on later, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={
        "reduction_factor": Option(
            "one trial in so many is promoted", least=2, extremes=(2, 9), source="eta of arXiv 1810.05934"
        ),
        "grace_period": first_rung("r of arXiv 1810.05934"),
        "brackets": Option(
            "brackets, each with a later first rung than the one before",
            least=1,
            extremes=(1, 2),
            default="all that fit: the last one trains its trials to the end",
            source="s_max + 1 of arXiv 1603.06560",
        ),
    },
    repairs=(
        "Ray's AsyncHyperBandScheduler is asha with brackets: it stops trials and never promotes one, and "
        "draws the bracket of each from numpy's global generator, with a probability that grows by e with "
        "each rung. Here a free worker takes a trial that has earned its promotion, and the brackets' shares "
        "are HyperBand's.",
    ),
)
def async_hyperband(
    setup: ScheduleSetup,
    *,
    reduction_factor: int = REDUCTION_FACTOR,
    grace_period: int = 1,
    brackets: int | None = None,
) -> Any:
    """Li et al., arXiv 1810.05934: HyperBand (arXiv 1603.06560) with ASHA in place of successive halving.

    A trial competes within its bracket alone.  The paper runs brackets in turn; here they run side by side,
    so that a short experiment has trials in all of them.
    """
    from schedulers._brackets import AsynchronousBrackets, hyperband_brackets
    from schedulers._rung_scheduler import RungScheduler

    rungs, sizes = hyperband_brackets(setup.epochs, reduction_factor, grace_period, brackets)
    return RungScheduler(AsynchronousBrackets(rungs, sizes, reduction_factor), setup.epochs)
