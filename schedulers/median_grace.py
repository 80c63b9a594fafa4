"""A median stopping rule that compares curves at the same epoch, with grace and patience."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Effect, Option, ScheduleSetup, scheduler


@scheduler(
    "median-grace",
    "stops a trial whose best result stays below the median of all others at the same epoch",
    does=frozenset({Effect.STOP}),
    options={
        "grace_share": Option(
            "share of the epochs in which no trial is judged",
            least=0,
            below=1,
            extremes=(0, 0.5),
            source="n_warmup_steps of Optuna's MedianPruner, as a share",
        ),
        "patience": Option(
            "epochs in a row below the median after which a trial is stopped",
            least=1,
            extremes=(1, 4),
            source="Optuna's PatientPruner",
        ),
        "min_samples_required": Option(
            "other trials that must have got as far before one is judged",
            least=1,
            extremes=(1, 6),
            source="MedianStoppingRule",
        ),
    },
)
def median_grace(
    setup: ScheduleSetup, *, grace_share: float = 0.2, patience: int = 2, min_samples_required: int = 3
) -> Any:
    """Golovin et al., Google Vizier, KDD 2017, section 3.2, changed in three ways.

    ``median`` compares a trial's best result with the running means of others.  These lag behind where curves
    rise, and they are those of the trials that are left, so that the bar rises as trials are stopped.  Here
    the others count with their best results by the same epoch, those that were stopped earlier with
    what they had then, so that about half of the trials are stopped.  The grace period is a share of
    the epochs, and a trial must be below the median for some epochs in a row.
    """
    from schedulers._median import SameEpochMedian

    return SameEpochMedian(setup.epochs, grace_share, patience, min_samples_required)
