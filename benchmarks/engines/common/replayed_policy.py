"""The policy of a population's best trial, which a replay uses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ray.tune.experiment import Trial

from benchmarks.engines.common.outcome import Row


class NothingToReplay(Exception):
    """The first step of a replay gave nothing to replay; says why in one line."""


def last_values(results: Iterable[Row], metric: str) -> dict[str, float]:
    """Return the last finite value of a metric that each trial reported, by Tune's trial ids."""
    return {row["trial_id"]: row[metric] for row in results if math.isfinite(row.get(metric, math.nan))}


def best_policy(
    ray_trials: list[Trial], values: Mapping[str, float], mode: str, folder: Path
) -> tuple[str, dict[str, Any]]:
    """Return the policy file and the last configuration of PBT's best trial at its end.

    A trial that was never perturbed has left no policy; an empty file then replays its constants.

    Args:
        ray_trials: of PBT.
        values: the last value of each trial that has one; not empty.
        mode: "min" or "max".
        folder: receives the file.
    """
    valued = [trial for trial in ray_trials if trial.trial_id in values]
    best = (max if mode == "max" else min)(valued, key=lambda trial: values[trial.trial_id])
    policy = folder / "policy.txt"
    recorded = Path(best.local_experiment_path, f"pbt_policy_{best.trial_id}.txt")
    policy.write_text(recorded.read_text() if recorded.exists() else "")
    return str(policy), dict(best.config)
