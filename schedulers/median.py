"""The median stopping rule."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.suite.registry import Effect, Option, ScheduleSetup, scheduler


@scheduler(
    "median",
    "stops a trial whose best result is below the median of the others' running means",
    does=frozenset({Effect.STOP}),
    options={
        "grace_period": Option(
            "epochs after which a trial can be stopped (Tune asks for more than these)",
            least=0,
            extremes=(0, 3),
            source="MedianStoppingRule",
        ),
        "min_samples_required": Option(
            "other trials that must have got as far before one is stopped",
            least=1,
            extremes=(1, 6),
            source="MedianStoppingRule",
        ),
    },
    plain=(
        "from ray.tune.schedulers import MedianStoppingRule",
        'MedianStoppingRule(time_attr="training_iteration", grace_period=1, min_samples_required=3)',
    ),
)
def median(setup: ScheduleSetup, *, grace_period: int = 1, min_samples_required: int = 3) -> Any:
    """Golovin et al., Google Vizier, KDD 2017, section 3.2.1."""
    from ray.tune.schedulers import MedianStoppingRule

    return MedianStoppingRule(
        time_attr="training_iteration",
        # Tune compares with >, so 1 lets every trial report twice before it is judged.
        grace_period=grace_period,
        min_samples_required=min_samples_required,
        # A trial that yields to a waiting one is paused, for which not every trainable has a checkpoint.
        min_time_slice=math.inf,  # type: ignore[arg-type]  # Ray says int and compares
    )
