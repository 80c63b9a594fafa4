"""Former names that plug-ins use still work."""

from __future__ import annotations

from benchmarks.suite.registry import SearchSetup


def test_search_setup_has_its_limit_under_both_names() -> None:
    setup = SearchSetup({}, trials=8, seed=0, max_concurrent=3)
    assert setup.max_concurrent == setup.look_ahead == 3
