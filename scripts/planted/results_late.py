"""A searcher learns the result of each trial one trial late."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import SearchPlan
from scripts.planted.between import put_between


def late(library: Any, plan: SearchPlan, seed: int) -> None:
    """Delay the results that the library learns by one trial."""
    tell, held = library.on_trial_complete, []

    def on_trial_complete(trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        held.append((trial_id, result, error))
        if len(held) > 1:
            tell(*held.pop(0))

    library.on_trial_complete = on_trial_complete


put_between(late)
