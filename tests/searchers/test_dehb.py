"""DEHB: the rungs of its trials, what it is told, and what it leaves on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ray import tune

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.epoch_hooks import epochs_hook
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SEARCHERS, TRAINABLES, SearchSetup

pytest.importorskip("dehb", reason="DEHB is not installed: python -m tunegrid.install dehb")

SPACE = {"x": tune.uniform(0, 1), "lr": tune.loguniform(1e-4, 1), "units": tune.randint(4, 64)}


def search(epochs: int, name: str = "dehb") -> Any:
    algorithm = SEARCHERS[name].build(SearchSetup(SPACE, 99, 1, 99)).algorithm
    algorithm.set_search_properties("score", "max", SPACE, stop={"training_iteration": epochs})
    return algorithm


def rungs(algorithm: Any, trials: int) -> list[int]:
    """Return the epochs of the first trials, which end one after another."""
    given = []
    for number in range(trials):
        algorithm.suggest(f"trial_{number}")
        given.append(algorithm.searcher.epochs_of(f"trial_{number}"))
        algorithm.on_trial_complete(f"trial_{number}", {"score": number / 7 % 1})
    return given


@pytest.mark.parametrize(
    ("epochs", "first"),
    [
        (27, [1] * 27 + [3] * 9 + [9] * 3 + [27]),  # table 1 of HyperBand's paper, for eta 3
        # log(243) / log(3) is less than 5 in floating point
        (243, [1] * 243 + [3] * 81 + [9] * 27 + [27] * 9 + [81] * 3 + [243]),
        (10, [1] * 9 + [3] * 3 + [10]),
        (2, [2] * 4),  # one rung: differential evolution
        (1, [1] * 4),
    ],
)
def test_first_bracket_is_hyperbands(epochs: int, first: list[int]) -> None:
    assert rungs(search(epochs), len(first)) == first


def test_no_rung_lies_below_the_least_epochs() -> None:
    assert rungs(search(27, "dehb[min_fidelity=3]"), 13) == [3] * 9 + [9] * 3 + [27]
    assert rungs(search(2, "dehb[min_fidelity=3]"), 2) == [2, 2]


def test_the_best_of_a_rung_enter_the_next_one_in_the_first_bracket() -> None:
    algorithm = search(9)
    asked = {}
    for number in range(12):
        asked[number] = algorithm.suggest(f"trial_{number}")
        algorithm.on_trial_complete(f"trial_{number}", {"score": float(number == 4)})
    assert asked[9] == asked[4]


def test_search_goes_on_when_a_whole_rung_has_failed() -> None:
    algorithm = search(9)
    for number in range(30):
        assert algorithm.suggest(f"trial_{number}") is not None
        algorithm.on_trial_complete(f"trial_{number}", error=True)


def test_a_trial_of_a_space_without_a_choice_trains_to_its_end() -> None:
    algorithm = SEARCHERS["dehb"].build(SearchSetup({"x": 1}, 2, 1, 2)).algorithm
    algorithm.set_search_properties("score", "max", {"x": 1}, stop={"training_iteration": 9})
    assert algorithm.suggest("trial_0") == {"x": 1}
    epochs_of = epochs_hook(algorithm)
    assert epochs_of is not None
    assert epochs_of("trial_0") is None


def test_an_experiment_trains_what_dehb_says_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = Experiment("probe", "dehb", "hb-dehb", engine="virtual", workers=1, trials=13, epochs=9)
    arrays = TRAINABLES["probe"].load(asked.data, 0, None)
    outcome = VirtualExecution(asked, ExecutionContext(arrays, "", "store", "scratch")).run()
    assert outcome.status == "ok", outcome.row["reason"]
    assert [trial["epochs"] for trial in outcome.trials] == [1] * 9 + [3] * 3 + [9]
    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]
