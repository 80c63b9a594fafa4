"""Searches of a searcher under test, their budgets, and the checks of what they suggest."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from benchmarks.suite.registry import SEARCHERS, SearcherSpec
from benchmarks.testing.domains import Space, outside
from benchmarks.testing.offline import Config, End, Offline, drive
from benchmarks.trainables.probe import quality, space

#: A searcher that declares more for 300 trials is tested with fewer, and with 300 only on demand.
QUICK_S = 30.0
MAX_CONCURRENT = 4
GENERATION = 100  # trials in which the most patient searcher learns
SEED = 5

FATES: dict[str, Callable[[int], End]] = {
    "a third fails": lambda number: End.OK if number % 3 else End.FAILS,
    "a third fails late": lambda number: End.OK if number % 3 else End.FAILS_LATE,
    "the first five fail": lambda number: End.FAILS if number < 5 else End.OK,
    "all fail": lambda number: End.FAILS,
    "all rest": lambda number: End.RESTS,
    "a third reports NaN": lambda number: End.OK if number % 3 else End.NAN,
    "all report NaN": lambda number: End.NAN,
    "none reports": lambda number: End.SILENT,
}


def mirrored(config: Config) -> float:
    """Return the negated objective."""
    return -quality(config)


def quick(name: str) -> bool:
    """Return whether this searcher declares at most half a minute for 300 trials."""
    return SEARCHERS[name].seconds_of_300 <= QUICK_S


def trials_for(name: str) -> int:
    """Return the budget of most tests: for a slow library its random start and three steps more."""
    return 24 if quick(name) else 6


def few_for(name: str) -> int:
    """Return the budget of tests that are many: for a slow library its random start and a step more."""
    return 12 if quick(name) else 4


def search(name: str, **changed: Any) -> Offline:
    """Return a search in the probe's space of four dimensions, by default with the budget of most tests."""
    options: dict[str, Any] = {"trials": trials_for(name), "seed": SEED, "max_concurrent": MAX_CONCURRENT}
    return Offline(name, space(), **(options | changed))


@cache
def undisturbed(name: str) -> list[Config]:
    """Return the suggestions of a searcher if every trial completes, for comparison."""
    return drive(search(name), objective=quality)


def check_all_given(configs: list[Config], search: Offline, trials: int, space: Space) -> None:
    """Check that a search gave what it was asked for, in its space; one that does not learn may end early."""
    wrong = [
        f"suggestion {number}: {what}"
        for number, config in enumerate(configs)
        for what in outside(space, without_notes(config))
    ]
    assert not wrong, "\n".join(wrong)
    if len(configs) == trials:
        return
    assert not search.spec.learns, f"{len(configs)} suggestions of {trials}, and {trials} is its budget"
    assert search.ended, f"{len(configs)} suggestions of {trials}, and no word that there will be no more"
    assert 0 < len(configs) < trials


def without_notes(config: Config) -> Config:
    """Return a configuration without a searcher's own notes, such as the ``__trial_index__`` of a repeat."""
    return {name: value for name, value in config.items() if not re.fullmatch("__.+__", name)}


def needs_seed(spec: SearcherSpec) -> None:
    """Skip the test of a searcher whose suggestions differ from one time to the next."""
    if not spec.seedable:
        pytest.skip("the library cannot be seeded")
