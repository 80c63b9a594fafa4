"""The fast controller decides as Tune's own: its parts one by one, then whole experiments."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import AsyncHyperBandScheduler
from ray.tune.search import BasicVariantGenerator
from ray.tune.utils import flatten_dict

from benchmarks.engines.ray_internals import AshaBracket, create_trial_from_spec, make_parser
from benchmarks.engines.virtual.execution import PlaceholderTrainable
from benchmarks.engines.virtual.fast.controller import OpenTrials, flatten
from benchmarks.engines.virtual.fast.rungs import SortedBracket, SortedRung, sort_rungs
from benchmarks.engines.virtual.fast.search import use_trial_factory
from benchmarks.engines.virtual.fast.trials import SingleCpu, TrialFactory
from benchmarks.engines.virtual.storage import VirtualExperiment

rewards = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(rewards, min_size=1, max_size=40), st.floats(min_value=1.01, max_value=9))
def test_a_sorted_rung_has_the_percentiles_of_numpy(values: list[float], factor: float) -> None:
    rung = SortedRung()
    for number, value in enumerate(values):
        rung[str(number)] = value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = np.nanpercentile(list(rung.values()), (1 - 1 / factor) * 100)
        assert rung.quantile((1 - 1 / factor) * 100 / 100) == pytest.approx(
            expected, rel=0, abs=0, nan_ok=True
        )


@given(st.lists(st.tuples(st.integers(0, 5), rewards), max_size=60))
def test_a_sorted_bracket_decides_as_rays(results: list[tuple[int, float]]) -> None:
    epochs = [0] * 6
    rays = AshaBracket(1, 27, 3, 0)
    ours = SortedBracket(AshaBracket(1, 27, 3, 0))
    for number, reward in results:
        epochs[number] += 1
        trial: Any = type("T", (), {"trial_id": str(number)})()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = rays.on_result(trial, epochs[number], reward)
        assert ours.on_result(trial, epochs[number], reward) == expected


def test_only_rays_own_asha_gets_sorted_rungs() -> None:
    class Other(AsyncHyperBandScheduler):
        pass

    for scheduler, kind in ((AsyncHyperBandScheduler(), SortedBracket), (Other(), AshaBracket)):
        sort_rungs(scheduler)
        assert {type(bracket) for bracket in scheduler._brackets} == {kind}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, min_size=1, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), values, min_size=1), values)
def test_a_result_is_flattened_as_by_tune(config: dict[str, Any], metric: Any) -> None:
    result = {"loss": metric, "training_iteration": 1, "config": config}
    assert flatten(result) == flatten_dict(result)
    assert result["config"] is config


class Listed:
    """A trial as far as lists of trials see it."""

    def __init__(self) -> None:
        self.status = Trial.PENDING

    def is_finished(self) -> bool:
        return self.status in (Trial.TERMINATED, Trial.ERROR)


STATES = [Trial.PENDING, Trial.PAUSED, Trial.RUNNING, Trial.TERMINATED, Trial.ERROR, "end"]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(STATES)), max_size=60))
def test_who_waits_is_known_in_the_order_of_the_list(changes: list[tuple[int, str]]) -> None:
    everyone: list[Any] = []
    view = OpenTrials()
    for number, status in changes:
        if number >= len(everyone):
            everyone.append(Listed())
            view.note(everyone[-1])
        elif status == "end":
            trial = everyone.pop(number)
            everyone.append(trial)
            view.move_to_end(trial)
        else:
            everyone[number].status = status
            view.note(everyone[number])
        waiting = [trial for trial in everyone if trial.status in (Trial.PENDING, Trial.PAUSED)]
        assert list(view) == waiting
        assert bool(view) == any(not trial.is_finished() for trial in everyone)


SPACES: dict[str, dict[str, Any]] = {
    "flat": {"x": tune.uniform(0, 1), "n": tune.lograndint(1, 99), "c": tune.choice(["a", "b"]), "k": 3},
    "nested": {"a": {"x": tune.quniform(0, 1, 0.25)}, "b": [1, {"y": tune.loguniform(1e-3, 1)}]},
    "conditional": {"o": tune.choice([{"kind": "sgd"}, {"kind": "adam", "beta": tune.uniform(0, 1)}])},
    "dependent": {"x": tune.randint(0, 9), "y": tune.sample_from(lambda spec: spec.config.x + 1)},
    "grid": {"g": tune.grid_search([1, 2, 3]), "x": tune.randn(0, 1)},
}


def specification(folder: Path, space: dict[str, Any], samples: int) -> VirtualExperiment:
    tune.register_trainable("fast", PlaceholderTrainable)
    return VirtualExperiment(
        *("fast", "fast"),
        stop={"training_iteration": 9},
        config=space,
        num_samples=samples,
        storage_path=str(folder),
        max_failures=2,
        resources_per_trial=SingleCpu(),
        checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=2),
    )


@pytest.mark.parametrize("name", SPACES)
def test_variants_are_those_of_tune(tmp_path: Path, name: str) -> None:
    experiment = specification(tmp_path, SPACES[name], 20)
    given = {}
    for fast in (False, True):
        search = BasicVariantGenerator(random_state=5)
        search.add_configurations([experiment])
        if fast:
            use_trial_factory(search, experiment.spec)
        given[fast] = list(iter(search.next_trial, None))
        assert search.is_finished()
    assert len(given[True]) >= 20
    for rays, ours in zip(given[False], given[True], strict=True):
        assert ours.config == rays.config
        assert list(ours.config) == list(rays.config)
        assert list(ours.evaluated_params) == list(rays.evaluated_params)


def test_a_trial_that_is_made_is_like_one_of_tunes(tmp_path: Path) -> None:
    spec = specification(tmp_path, {}, 1).spec
    config = {"x": 0.5, "a": {"b": 1}}
    ours = TrialFactory(spec)(1, "trial_00000", config, {"x": 0.5})
    rays = create_trial_from_spec(
        spec | {"config": config},
        make_parser(),
        trial_id="trial_00000",
        experiment_tag="1",
        evaluated_params={"x": 0.5},
    )
    mine, its = vars(ours).copy(), vars(rays).copy()
    assert mine.pop("trainable") is PlaceholderTrainable
    for part in ("storage", "temporary_state", "run_metadata"):
        one, other = vars(mine.pop(part)).copy(), vars(its.pop(part)).copy()
        for made in ("checkpoint_manager", "location"):
            if made in one:
                one[made], other[made] = vars(one[made]), vars(other[made])
        assert one == other
        assert getattr(ours, part) is not getattr(TrialFactory(spec)(2, "", {}, {}), part)
    assert mine == its


def test_last_results_are_tunes(tmp_path: Path) -> None:
    trial = TrialFactory(specification(tmp_path, {}, 1).spec)(1, "trial_00000", {}, {})
    assert trial.last_result == {"trial_id": "trial_00000"}
    trial.update_last_result({"trial_id": "trial_00000", "loss": math.pi})
    assert trial.last_result == {"trial_id": "trial_00000", "loss": math.pi, "experiment_tag": "1"}
