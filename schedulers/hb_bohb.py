"""HyperBand for BOHB: largest bracket first."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR, reduction_factor


@scheduler(
    "hb-bohb",
    "HyperBand that begins with its largest bracket, as BOHB does",
    wants={
        Capability.PAUSE_AWARE: "HyperBandForBOHB tells its searcher when trials pause (on_pause, which in "
        "Ray only TuneBOHB understands), and random and grid have none; Ray 2.60 raises AttributeError",
        Capability.CHECKPOINTS: "HyperBandForBOHB pauses trials, so they must save and load checkpoints",
    },
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={"reduction_factor": reduction_factor("HyperBandForBOHB; eta of arXiv 1807.01774")},
    repairs=(
        "Ray raises AttributeError with any searcher but TuneBOHB; here every Searcher is notified of "
        "pauses.",
    ),
    plain=(
        "from ray.tune.schedulers import HyperBandForBOHB",
        'HyperBandForBOHB(time_attr="training_iteration", max_t={epochs}, reduction_factor=3)',
    ),
)
def hb_bohb(setup: ScheduleSetup, *, reduction_factor: float = REDUCTION_FACTOR) -> Any:
    """Falkner, Klein and Hutter, BOHB, ICML 2018."""
    from schedulers._hyperband import FullBracketsForBOHB

    return FullBracketsForBOHB(
        time_attr="training_iteration", max_t=setup.epochs, reduction_factor=reduction_factor
    )
