"""Known results reach each searcher's model before its first trial; one that does not learn has none."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from ray import tune
from ray.tune.search import BasicVariantGenerator, Searcher

from benchmarks.core.seeding import seed_libraries
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.known_told import TRIED, heeds, informed_plan, repeats
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.part_checks import Unusable
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.known_points import KnownPoint, KnownPoints
from benchmarks.suite.registry import SEARCHERS, SearcherSpec, SearchPlan, SearchSetup

SPACE = {
    "lr": tune.loguniform(1e-4, 1),
    "width": tune.qrandint(8, 64, 8),
    "net": tune.choice([{"kind": "deep", "depth": tune.randint(1, 5)}, {"kind": "flat"}]),
}
FEW, COMPLETE = 20, 60  # points that most learn from, and those that complete the population of PSO
#: Libraries that make no use of so few results that they did not ask for, or of any; DEHB has its own epochs.
DEAF = {
    "dehb",
    *("nevergrad-cma", "nevergrad-de", "nevergrad-ngopt", "nevergrad-pso"),
    *("optuna-cmaes", "optuna-nsga2"),
}
LEARNING = [name for name, spec in SEARCHERS.items() if spec.learns and not spec.hidden]
SETUP = SearchSetup(SPACE, trials=8, seed=3, max_concurrent=2)


def drawn(number: int, sign: int = 1) -> list[KnownPoint]:
    """Return random points that are the better the larger (sign 1) or the smaller ``lr`` is."""
    encoding, generator = Encoding(SPACE), np.random.default_rng(0)
    configs = [encoding.draw(generator) for _ in range(number)]
    return [KnownPoint(config, sign * float(np.log(config["lr"])), 9) for config in configs]


def proposals(name: str, known: list[KnownPoint]) -> list[Any]:
    """Return the first proposals of a searcher after it was told, each answered with the same value."""
    seed_libraries(SETUP.seed)
    plan = informed_plan(SEARCHERS[name], SETUP, known, "score", epochs=9)
    assert plan.num_samples == SETUP.trials, "known points take nothing from the budget"
    search = plan.algorithm
    search.set_search_properties("score", "max", dict(plan.space), stop={"training_iteration": 9})
    configs = []
    for number in range(TRIED):
        configs.append(search.suggest(f"trial {number}"))
        search.on_trial_complete(f"trial {number}", {"score": 0.0, "training_iteration": 9})
    return configs


@pytest.mark.parametrize("name", LEARNING)
def test_a_searcher_is_told_what_changes_its_proposals_and_nothing_else(name: str) -> None:
    if missing := SEARCHERS[name].missing():
        pytest.skip(f"{', '.join(missing)} is not installed")
    known = drawn(FEW)
    assert heeds(SEARCHERS[name], SETUP, known, "score", 9) == (name not in DEAF)
    assert proposals(name, known) == proposals(name, known), "the same results give the same proposals"


def test_what_does_not_learn_and_what_tells_nothing_apart_is_not_told() -> None:
    assert not heeds(SEARCHERS["random"], SETUP, drawn(FEW), "score", 9)
    alike = [KnownPoint(point.config, 1.0, 9) for point in drawn(FEW)]
    assert not heeds(SEARCHERS["optuna-tpe"], SETUP, alike, "score", 9)


def test_a_population_is_told_as_many_results_as_complete_it() -> None:
    pytest.importorskip("nevergrad", reason="nevergrad is not installed")
    spec = SEARCHERS["nevergrad-pso"]
    assert [heeds(spec, SETUP, drawn(n), "score", 9) for n in (FEW, COMPLETE)] == [False, True]


def test_a_repeated_configuration_is_known_as_often_as_it_is_trained() -> None:
    pytest.importorskip("optuna", reason="optuna is not installed")
    assert repeats(SEARCHERS["repeater[repeat=3]"].build(SETUP).algorithm) == 3
    assert repeats(SEARCHERS["optuna-tpe"].build(SETUP).algorithm) == 1


class Stubborn(Searcher):
    """Proposes 1, whatever it is to begin with."""

    def set_search_properties(self, metric: Any, mode: Any, config: Any, **spec: Any) -> bool:
        return True

    def suggest(self, trial_id: str) -> dict[str, int]:
        return {"x": 1}


def plan_with(algorithm: Any) -> SearchPlan:
    spec = SearcherSpec("mine", "", build=lambda setup: SearchPlan(setup.space, setup.trials, algorithm))
    return informed_plan(spec, SETUP, [KnownPoint({"x": 2}, 0.0, 1)], "score", 9)


def test_a_searcher_that_begins_with_others_is_refused_in_a_line() -> None:
    search = plan_with(Stubborn()).algorithm
    with pytest.raises(Unusable, match=r"^was to begin with the known configuration \{'x': 2\} and proposed"):
        search.set_search_properties("score", "max", {})
    with pytest.raises(Unusable, match="mine cannot be told known results"):
        plan_with(BasicVariantGenerator())


def test_a_searcher_that_was_told_can_be_pickled() -> None:
    search = plan_with(Stubborn()).algorithm
    assert pickle.loads(pickle.dumps(search)).set_search_properties("score", "max", {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("known"))


def of_branin(repetition: int, folder: str) -> KnownPoints:
    """Return the 30 trials of a random search, with the values that they ended with."""
    source = virtually("random", 1000 + repetition, None, folder, trials=30)
    last = {row["trial_id"]: row["loss"] for row in source.results}
    points = (KnownPoint(json.loads(row["config"]), last[row["trial_id"]], 9) for row in source.trials)
    return KnownPoints(tuple(points))


def virtually(
    searcher: str, repetition: int, known: KnownPoints | None, folder: str, trials: int = 8
) -> Outcome:
    digest = known.digest if known else ""
    asked = Experiment(
        *("branin", searcher, "fifo"),
        engine="virtual",
        trials=trials,
        workers=1,
        repetition=repetition,
        known_results=digest,
    )
    context = ExecutionContext({}, "", folder, f"{folder}/scratch", known={digest: known} if known else {})
    return VirtualExecution(asked, context).run()


def test_eight_trials_are_better_with_thirty_known_results(folder: str) -> None:
    pytest.importorskip("optuna", reason="optuna is not installed")
    gains = []
    for repetition in range(12):
        informed = virtually("optuna-tpe", repetition, of_branin(repetition, folder), folder).row
        alone = virtually("optuna-tpe", repetition, None, folder).row
        assert (informed["known_told"], alone["known_told"]) == (30, None)
        gains.append(alone["best"] - informed["best"])
    assert sum(gain > 0 for gain in gains) >= 10, gains  # by chance alone in 1 of 51 such tests


def test_random_search_is_told_nothing_and_says_so(folder: str) -> None:
    informed = virtually("random", 0, of_branin(0, folder), folder)
    alone = virtually("random", 0, None, folder)
    assert informed.row["known_told"] == 0 and informed.row["status"] == "ok"
    assert [row["config"] for row in informed.trials] == [row["config"] for row in alone.trials]


def test_results_that_are_not_here_fail_the_experiment_with_the_way_out(folder: str) -> None:
    asked = Experiment("branin", "random", "fifo", engine="virtual", trials=2, known_results="0" * 16)
    row = VirtualExecution(asked, ExecutionContext({}, "", folder, f"{folder}/scratch")).run().row
    assert (row["status"], row["reason"]) == (
        "failed",
        "the known results 0000000000000000 are not here; run it anew with --known FILE",
    )
