"""The base of searchers that are asked and told: what they learn, and what a checkpoint holds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.core.seeding import OwnGenerators
from searchers._ask_and_tell import AskTellSearch, Values


class DrawnSearch(AskTellSearch):
    """A library that draws from the global generator, and notes what it is told."""

    def begin(self, space: Mapping[str, Any]) -> None:
        self.told: list[tuple[Any, float | None]] = []

    def ask(self, trial_id: str) -> Values:
        return {"x": random.random() + len(self.told)}

    def tell(self, trial_id: str, cost: float | None) -> None:
        self.told.append((trial_id, cost))

    def learn(self, values: Values, cost: float) -> None:
        self.told.append((values, cost))


def begun(mode: str = "min", seed: int = 1) -> DrawnSearch:
    search = DrawnSearch(seed)
    search.set_search_properties("score", mode, {"x": None})
    return search


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_what_is_told_is_a_cost(mode: str, sign: int) -> None:
    search = begun(mode)
    search.suggest("good")
    search.on_trial_result("good", {"score": 9.0})  # an epoch on the way
    search.on_trial_complete("good", {"score": 0.5})
    search.add_evaluated_point({"x": 3}, 0.25)
    assert search.told == [("good", 0.5 * sign), ({"x": 3}, 0.25 * sign)]


@pytest.mark.parametrize("ending", [{"error": True}, {"result": {"score": 1.0}, "error": True}, {}])
def test_a_trial_that_failed_has_no_cost(ending: dict[str, Any]) -> None:
    search = begun()
    search.suggest("bad")
    search.on_trial_complete("bad", **ending)
    assert search.told == [("bad", None)]


def test_a_restored_search_knows_the_same_and_goes_on_with_the_same(tmp_path: Path) -> None:
    search, path = begun(), str(tmp_path / "checkpoint")
    generators = OwnGenerators(search.seed)
    with generators:
        search.suggest("one")
        search.on_trial_complete("one", {"score": 0.5})
        search.add_evaluated_point({"x": "a"}, 2.0)
        search.suggest("two")
    search.save(path)
    restored = begun()
    restored.restore(path)
    assert restored.told == search.told
    again = str(tmp_path / "again")
    restored.save(again)
    assert Path(again).read_text() == Path(path).read_text()
