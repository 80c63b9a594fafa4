"""Trials that end after the epochs that their searcher gave them, whatever else happens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from helpers.stage import FAILS, Part, Stage
from hypothesis import given
from hypothesis import strategies as st
from ray.tune.search import ConcurrencyLimiter, SearchGenerator

from benchmarks.suite.epoch_hooks import epochs_hook
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, ScheduleSetup, SearchSetup
from benchmarks.suite.rules import why_incompatible

EPOCHS = 9

epochs_given = st.integers(1, EPOCHS + 2) | st.none()


@given(st.lists(st.tuples(epochs_given, st.booleans()), min_size=1, max_size=8), st.randoms())
def test_each_trial_trains_for_as_long_as_its_searcher_says(
    given_to: list[tuple[int | None, bool]], chance: Any
) -> None:
    parts = [Part([0.5] * EPOCHS, FAILS if fails else "", 1) for _, fails in given_to]
    scheduler = SCHEDULERS["hb-dehb"].build(ScheduleSetup({}, (), len(parts), EPOCHS, 2, 0))
    stage = Stage(scheduler, parts, 2, EPOCHS, lambda n: chance.randrange(n), pauses=False)
    stage.search_alg.searcher = SimpleNamespace(epochs_of=lambda name: given_to[int(name[1:])][0])
    last = {name: epoch for name, epoch, _ in stage.run()}
    expected = {
        f"t{n:02d}": min(epochs or EPOCHS, EPOCHS) for n, (epochs, fails) in enumerate(given_to) if not fails
    }
    assert {name: epoch for name, epoch in last.items() if name in expected} == expected


def test_the_searcher_is_found_inside_of_what_wraps_it() -> None:
    plan = SEARCHERS["optuna-tpe"].build(SearchSetup({}, 4, 1, 2))
    assert epochs_hook(SearchGenerator(plan.algorithm)) is None
    plan.algorithm.searcher.epochs_of = {"t": 3}.__getitem__
    epochs_of = epochs_hook(SearchGenerator(ConcurrencyLimiter(plan.algorithm, 1)))
    assert epochs_of is not None
    assert epochs_of("t") == 3


def test_only_a_searcher_that_sets_epochs_goes_with_it() -> None:
    assert why_incompatible(SEARCHERS["dehb"], SCHEDULERS["hb-dehb"]) is None
    assert "epochs that its searcher gave it" in str(
        why_incompatible(SEARCHERS["random"], SCHEDULERS["hb-dehb"])
    )
