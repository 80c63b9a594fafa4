"""A searcher takes a large metric for a small one in a tenth of the trials, which chance chooses."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.suite.registry import SearchPlan
from scripts.planted.between import put_between

SHARE = 0.1


def swapped(library: Any, plan: SearchPlan, seed: int) -> None:
    """Turn the sign of the metric that the library learns of some trials."""
    tell, chance = library.on_trial_complete, random.Random(seed)

    def on_trial_complete(trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        metric = str(plan.algorithm.metric)
        if chance.random() < SHARE and result is not None:
            result = result | {metric: -result[metric]}
        tell(trial_id, result, error)

    library.on_trial_complete = on_trial_complete


put_between(swapped)
