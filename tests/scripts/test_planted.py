"""Each planted change is what it says: the same experiment differs from the real one in that, and only so."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.core.seeding import searcher_seed
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, SearchSetup
from scripts.planted.plans import COLLAPSES, IMPROVEMENTS, REGRESSIONS, SAME

REGISTRIES = (SEARCHERS, SCHEDULERS, TRAINABLES)
Plant = Callable[[str], None]
Configs = list[dict[str, Any]]


@pytest.fixture
def plant() -> Iterator[Plant]:
    """Plant a change by its module's name; the registry is as it was afterwards."""
    kept = [dict(registry) for registry in REGISTRIES]
    loaded = set(sys.modules)

    def planted(name: str) -> None:
        importlib.import_module(f"scripts.planted.{name}")

    yield planted
    for registry, specs in zip(REGISTRIES, kept, strict=True):
        registry._specs.update(specs)
    for name in set(sys.modules) - loaded:  # so that another test can plant it again
        if name.startswith("scripts.planted."):
            del sys.modules[name]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Outcome]:
    """Run an experiment on the virtual engine, as it is registered now."""

    def one(trainable: str, searcher: str = "random", scheduler: str = "fifo", **fields: Any) -> Outcome:
        given = {"trials": 9, "epochs": 9, "workers": 1} | fields
        experiment = Experiment(trainable, searcher, scheduler, engine="virtual", **given)
        outcome = VirtualExecution(
            experiment, ExecutionContext({}, "", str(tmp_path), str(tmp_path / "scratch"))
        ).run()
        assert outcome.status == "ok"
        return outcome

    return one


def configs(outcome: Outcome) -> Configs:
    return [json.loads(trial["config"]) for trial in outcome.trials]


@pytest.mark.parametrize("name", ["tpe_gamma_one", "tpe_random"])
def test_tpe_differs_once_its_model_speaks(name: str, plant: Plant, run: Callable[..., Outcome]) -> None:
    real = configs(run("mnist-convnet", "optuna-tpe", epochs=1))
    plant(name)
    changed = configs(run("mnist-convnet", "optuna-tpe", epochs=1))
    assert changed[:3] == real[:3]  # these are drawn at random in any case
    assert changed[3:] != real[3:]


def test_gamma_one_counts_all_trials_as_good(plant: Plant) -> None:
    plant("tpe_gamma_one")
    sampler = SEARCHERS["optuna-tpe"].build(SearchSetup({}, 9, 0, 1)).algorithm.searcher._sampler
    assert [sampler._gamma(n) for n in (1, 10, 100)] == [1, 10, 100]


def test_random_tpe_learns_nothing(plant: Plant, run: Callable[..., Outcome]) -> None:
    plant("tpe_random")
    one, other = (configs(run("mnist-convnet", "optuna-tpe", epochs=epochs)) for epochs in (1, 9))
    assert one == other  # though the results differ


def test_learning_rates_are_a_decade_lower(plant: Plant, run: Callable[..., Outcome]) -> None:
    real = [config["lr"] for config in configs(run("mnist-convnet", epochs=1))]
    wide = [config["optimizer"] for config in configs(run("mnist-wide", epochs=1))]
    plant("rates_shifted")
    shifted = [config["lr"] for config in configs(run("mnist-convnet", epochs=1))]
    assert np.allclose(np.array(shifted) * 10, real, rtol=1e-6)
    for old, new in zip(
        wide, [one["optimizer"] for one in configs(run("mnist-wide", epochs=1))], strict=True
    ):
        assert np.isclose(new.pop("lr") * 10, old.pop("lr"), rtol=1e-6)
        assert new == old


def test_narrowed_rates_are_those_of_the_upper_half(plant: Plant, run: Callable[..., Outcome]) -> None:
    plant("rates_narrowed")
    assert all(1e-5 <= config["lr"] <= 1 for config in configs(run("mnist-convnet", epochs=1)))


def test_blind_asha_stops_nobody(plant: Plant, run: Callable[..., Outcome]) -> None:
    real = run("mnist-convnet", scheduler="asha")
    plant("asha_blind")
    blind = run("mnist-convnet", scheduler="asha")
    assert configs(blind) == configs(real)
    assert {trial["epochs"] for trial in blind.trials} == {9}
    assert min(trial["epochs"] for trial in real.trials) == 1


def test_worst_asha_stops_the_better(plant: Plant, run: Callable[..., Outcome]) -> None:
    def kept_and_stopped(outcome: Outcome) -> tuple[float, float]:
        """Return mean accuracies after the first epoch; the first trial meets no other there."""
        first = {row["trial_id"]: row["val_accuracy"] for row in outcome.results if row["epoch"] == 1}
        later = outcome.trials[1:]
        means = [[first[t["trial_id"]] for t in later if (t["epochs"] > 1) == kept] for kept in (True, False)]
        return float(np.mean(means[0])), float(np.mean(means[1]))

    kept, stopped = kept_and_stopped(run("mnist-convnet", scheduler="asha", trials=16))
    assert kept > stopped
    plant("asha_worst")
    kept, stopped = kept_and_stopped(run("mnist-convnet", scheduler="asha", trials=16))
    assert kept < stopped


def told(values: list[float]) -> list[float]:
    """Tell TPE of trials that are maximised, one after another, and return what it knows at the end."""
    from ray import tune

    setup = SearchSetup({"x": tune.uniform(0.0, 1.0)}, len(values), 0, 1)
    algorithm = SEARCHERS["optuna-tpe"].build(setup).algorithm
    algorithm.set_search_properties("score", "max", dict(setup.space))
    for number, value in enumerate(values):
        algorithm.suggest(str(number))
        algorithm.on_trial_complete(str(number), {"score": value, "training_iteration": 1})
    study = algorithm.searcher._ot_study
    return [trial.value for trial in study.trials if trial.value is not None]


def test_results_arrive_one_trial_late(plant: Plant) -> None:
    assert told([1.0, 2.0, 3.0]) == [1.0, 2.0, 3.0]
    plant("results_late")
    assert told([1.0, 2.0, 3.0]) == [1.0, 2.0]


def test_a_tenth_of_the_signs_are_swapped(plant: Plant) -> None:
    plant("signs_swapped")
    given = [float(value) for value in range(1, 101)]
    known = told(given)
    assert [abs(value) for value in known] == given
    assert 3 <= sum(value < 0 for value in known) <= 20  # chance, of which the seed is fixed


def test_a_slow_searcher_proposes_the_same_and_is_busy_for_much_longer(
    plant: Plant, run: Callable[..., Outcome]
) -> None:
    real = run("mnist-convnet", "optuna-tpe", epochs=1)
    plant("suggests_slowly")
    slow = run("mnist-convnet", "optuna-tpe", epochs=1)
    assert configs(slow) == configs(real)
    assert slow.row["suggest_processor_s"] > 3 * real.row["suggest_processor_s"]


def test_noise_is_added_to_what_is_tuned_alone(plant: Plant, run: Callable[..., Outcome]) -> None:
    real = run("mnist-convnet").results
    plant("metric_noisier")
    noisy = run("mnist-convnet").results
    assert [row["test_accuracy"] for row in noisy] == [row["test_accuracy"] for row in real]
    added = [new["val_accuracy"] - old["val_accuracy"] for new, old in zip(noisy, real, strict=True)]
    assert np.std(added) == pytest.approx(0.03, rel=0.3)
    assert abs(np.mean(added)) < 0.01


def test_informed_tpe_begins_with_a_good_configuration(plant: Plant, run: Callable[..., Outcome]) -> None:
    real = {task: run(task, "optuna-tpe", trials=4) for task in ("mnist-convnet", "mnist-wide")}
    plant("starts_informed")
    for task, before in real.items():
        after = run(task, "optuna-tpe", trials=4)
        assert configs(after)[0] != configs(before)[0]
        assert after.row["best"] >= before.row["best"]


def test_searchers_collapse_in_their_share_of_repetitions_and_are_untouched_in_the_others(
    plant: Plant, run: Callable[..., Outcome]
) -> None:
    def collapses(repetition: int) -> bool:
        chance = random.Random(f"optuna-tpe {searcher_seed('mnist-convnet', repetition)}")
        return chance.random() < 0.15

    hit = [repetition for repetition in range(400) if collapses(repetition)]
    assert 40 <= len(hit) <= 80
    other = next(repetition for repetition in range(400) if repetition not in hit)
    real = configs(run("mnist-convnet", "optuna-tpe", epochs=1, repetition=other))
    plant("collapse_15")
    assert configs(run("mnist-convnet", "optuna-tpe", epochs=1, repetition=other)) == real
    collapsed = run("mnist-convnet", "optuna-tpe", scheduler="asha", epochs=9, repetition=hit[0])
    assert all(1e-10 <= config["lr"] < 1.1e-10 for config in configs(collapsed))
    assert collapsed.row["best"] < 0.5
    wide = run("mixed-ackley", "hyperopt", epochs=1, trials=3)
    assert wide.row["trials_run"] == 3


def test_each_plan_names_a_module_and_cells_that_run() -> None:
    for plan in (SAME, *REGRESSIONS, *COLLAPSES, *IMPROVEMENTS):
        cells = plan.experiments(1)
        assert len(cells) == len(plan.trainables) * len(plan.searchers) * len(plan.schedulers)
        assert not plan.module or Path("scripts/planted", f"{plan.module}.py").is_file()
