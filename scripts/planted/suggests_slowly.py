"""A searcher needs ten times as long for a suggestion."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.suite.registry import SearchPlan
from scripts.planted.between import put_between

TIMES = 10


def slow(library: Any, plan: SearchPlan, seed: int) -> None:
    """Be busy for nine times as long as the library was."""
    suggest = library.suggest

    def slowly(trial_id: str) -> Any:
        begun = time.process_time()
        try:
            return suggest(trial_id)
        finally:
            end = begun + TIMES * (time.process_time() - begun)
            while time.process_time() < end:
                pass

    library.suggest = slowly


put_between(slow)
