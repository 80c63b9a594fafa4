"""A searcher needs ten times as long for a suggestion."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.registry import SearchPlan
from scripts.planted.between import put_between

TIMES = 10


def slow(library: Any, plan: SearchPlan, seed: int) -> None:
    """Wait nine times as long as the library took."""
    suggest = library.suggest

    def slowly(trial_id: str) -> Any:
        begun = time.perf_counter()
        try:
            return suggest(trial_id)
        finally:
            time.sleep((TIMES - 1) * (time.perf_counter() - begun))

    library.suggest = slowly


put_between(slow)
