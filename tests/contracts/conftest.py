"""Contract tests of the shipped roster that run with the slow tests.

Some take minutes over the whole roster: every searcher with every scheduler, every option at its extremes and
with its effect, and 300 proposals of every searcher.  In somebody else's package, with one part, they are
quick.  So do all tests of pb2, whose Gaussian process takes seconds an experiment.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SLOW = (
    "test_it_finishes_with_every_searcher",
    "test_each_option_at_its_extremes_lets_every_trial_end",
    "test_300_trials_take_no_more_cpu_seconds_than_declared",
    "test_each_option_changes_what_is_proposed",
)
SLOW_SCHEDULER = "pb2"
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test, _, part = item.name.rstrip("]").partition("[")
        if HERE in item.path.parents and (test in SLOW or part == SLOW_SCHEDULER):
            item.add_marker(pytest.mark.slow)
