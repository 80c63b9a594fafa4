"""SMAC3: what it is told of failed trials, spaces that are used up, conditions, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ray import tune

from benchmarks.core.scratch import of_process
from benchmarks.suite.registry import SEARCHERS, SearchSetup
from benchmarks.testing.domains import CONDITIONAL

pytest.importorskip("smac", reason="the extra [smac] is not installed")
from smac.runhistory import StatusType

PLANE = {"x": tune.uniform(0, 1), "y": tune.uniform(0, 1)}


def search(name: str, space: dict[str, Any], trials: int = 12) -> Any:
    algorithm = SEARCHERS[name].build(SearchSetup(space, trials, 1, 4)).algorithm
    algorithm.set_search_properties("score", "max", space)
    return algorithm


def test_smac_learns_which_trials_failed_and_its_model_leaves_them_out() -> None:
    algorithm = search("smac", PLANE)
    for trial_id in ("good", "bad", "silent", "running"):
        algorithm.suggest(trial_id)
    algorithm.on_trial_complete("good", {"score": 0.5})
    algorithm.on_trial_complete("bad", error=True)
    algorithm.on_trial_complete("silent")
    smac = algorithm.searcher._smac
    statuses = [value.status for value in smac.runhistory.values()]
    assert statuses == [StatusType.SUCCESS, StatusType.CRASHED, StatusType.CRASHED, StatusType.RUNNING]
    points, costs = smac._runhistory_encoder.transform()
    assert len(points) == len(costs) == 1


def test_space_that_is_used_up_is_no_end() -> None:
    algorithm = search("smac", {"a": tune.choice(["p", "q"]), "b": tune.randint(0, 2)})
    for number in range(10):
        assert algorithm.suggest(f"trial_{number}") is not None
        algorithm.on_trial_complete(f"trial_{number}", {"score": float(number % 3)})


def test_smac_sees_the_conditions_of_a_space() -> None:
    algorithm = search("smac", CONDITIONAL)
    space = algorithm.searcher._smac.scenario.configspace
    assert len(space.conditions) == 3  # two hyperparameters of one branch, one of another, none of the third
    algorithm.suggest("trial")
    info = algorithm.searcher._asked["trial"]
    assert {"batch_size", "optimizer"} <= set(info.config)
    assert len(dict(info.config)) < len(list(space))


def test_smac_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(of_process().iterdir())
    algorithm = search("smac", PLANE)
    algorithm.suggest("trial")
    algorithm.on_trial_complete("trial", {"score": 0.5})
    assert list(tmp_path.iterdir()) == []
    assert set(of_process().iterdir()) == before


@pytest.mark.parametrize(("name", "startup"), [("smac", 3), ("smac[n_configs=8]", 8), ("smac-gp", 3)])
def test_start_up_is_levelled_or_given(name: str, startup: int) -> None:
    setup = SearchSetup(PLANE, 12, 1, 4)
    algorithm = SEARCHERS[name].build(setup).algorithm
    algorithm.set_search_properties("score", "max", PLANE)
    design = algorithm.searcher._smac._initial_design
    assert design._n_configs == startup  # SMAC itself would cut 8 of 12 to a quarter


def test_what_it_learns_first_spares_its_start_up() -> None:
    algorithm = search("smac", PLANE)
    whole = len(algorithm.searcher._smac._initial_design.select_configurations())
    algorithm = search("smac", PLANE)
    for number in range(whole - 1):
        algorithm.searcher.add_evaluated_point({"x": number / whole, "y": 0.5}, float(number))
    smac = algorithm.searcher._smac
    assert len(smac._initial_design.select_configurations()) == 1
    assert len(smac.runhistory) == whole - 1


def test_a_budget_below_its_start_up_is_none_too_small() -> None:
    assert search("smac", PLANE, trials=1).suggest("trial") is not None
