"""Settings of an experiment that keep comparisons apart: their columns, defaults, captions and file names."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

#: Retries, the time budget, the virtual engine's costs and faults: settings that most runs leave alone.
STRESS = (
    *("max_failures", "time_budget"),
    *("latency", "charge_overhead", "stragglers", "drop_outs", "preemptions", "speeds"),
)
#: Experiments that differ in any of these are never compared by their metric.
COLUMNS = (
    "trainable",
    "device",
    "engine",
    "trials",
    "epochs",
    "workers",
    "data",
    "train_size",
    "gpus_per_trial",
    "same_start",
    *STRESS,
)
#: What tells tasks apart; experiments that differ in nothing else may be compared by their scores.
TASK = ("trainable", "data", "train_size")
#: All other columns.
CONDITIONS = tuple(name for name in COLUMNS if name not in TASK)
#: What these are in runs that are older than the column.
OLDER: dict[Hashable, Any] = {
    **{"same_start": 0, "max_failures": 0, "time_budget": 0.0, "latency": "none", "charge_overhead": "none"},
    **{"stragglers": 0.0, "drop_outs": 0.0, "preemptions": 0.0, "speeds": "1"},
}
#: What stands before the value in a file name.
SHORT = {"trials": "t", "epochs": "e", "workers": "w", "train_size": "n", "gpus_per_trial": "g"}
SHORT |= {"same_start": "s", "max_failures": "retries", "time_budget": "time", "latency": "latency-"}
SHORT |= {"charge_overhead": "overhead-", "stragglers": "sigma", "drop_outs": "lost", "preemptions": "taken"}
#: How a caption names a value of ``STRESS`` that is not the default.
UNUSUAL = {
    "max_failures": "trials tried again {} times",
    "time_budget": "at most {} seconds",
    "latency": "latency {}",
    "charge_overhead": "overhead {} and charged",
    "stragglers": "stragglers of sigma {}",
    "drop_outs": "epochs lost at {} a second",
    "preemptions": "workers taken at {} a second",
    "speeds": "workers' speeds {}",
}
