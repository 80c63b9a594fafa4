"""The committed features of tasks, against a fresh computation, and what else the file must hold."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from benchmarks.suite.registry import TRAINABLES
from benchmarks.tasks.feature_file import FEATURES, FeatureFile, feature_file, rounded
from benchmarks.tasks.sampled_curves import SAMPLED, sampled_curves
from benchmarks.tasks.task_features import TaskFeatures, declared_features, task_features
from benchmarks.tasks.task_names import shipped_tasks

AGAIN = "write them again: python -m scripts.write_task_features"


@pytest.mark.parametrize("task", ["branin", "digits-mlp", "mnist-convnet"])
def test_stored_features_are_those_of_a_fresh_computation(task: str) -> None:
    stored, fresh = feature_file().tasks[task], rounded(task_features(TRAINABLES[task]))
    for name, value in fresh._asdict().items():
        known = getattr(stored, name)
        if name == "effective_dimensions":  # another version of scikit-learn may draw another forest
            assert abs(known - value) <= 1, AGAIN
        else:
            assert known == pytest.approx(value, rel=0.01, abs=1e-6), f"{name}; {AGAIN}"


def test_every_shipped_task_has_features_that_fit_its_declaration() -> None:
    stored = feature_file().tasks
    assert sorted(stored) == shipped_tasks(), AGAIN
    assert feature_file().configurations == SAMPLED
    for name, features in stored.items():
        declared = declared_features(TRAINABLES[name])
        assert features[:6] == declared[:6], f"{name}; {AGAIN}"
        assert (features.epochs is not None) == (TRAINABLES[name].curves is not None), f"{name}; {AGAIN}"


def test_file_reads_back_as_it_was_written() -> None:
    assert FEATURES.read_text() == feature_file().text()
    content = FeatureFile(3, {"one": TaskFeatures(2, 0, 2, 0, 0, 0, epochs=1, noise=0.25)})
    assert "noise = 0.25" in content.text()
    assert "top" not in content.text()


def test_task_without_curves_has_what_its_space_says_and_cannot_be_sampled() -> None:
    real = replace(TRAINABLES["branin"], curves=None)
    assert task_features(real) == declared_features(real)
    assert (task_features(real).dimensions, task_features(real).noise) == (2, None)
    with pytest.raises(ValueError, match="branin has no curves"):
        sampled_curves(real, 3, 2)


def test_the_sample_is_the_same_in_every_call() -> None:
    first, second = (sampled_curves(TRAINABLES["branin"], 3, 20) for _ in range(2))
    assert (first.values == second.values).all()
    assert first.points.shape == (20, 2)
    assert math.isfinite(first.noise_free.sum())
    assert not first.diverged.any()


def test_configurations_that_fail_are_counted_and_have_no_value_from_then_on() -> None:
    curves = sampled_curves(TRAINABLES["probe-failing"], 4, 90)
    assert 0.1 < curves.diverged.mean() < 0.6
    assert (curves.diverged == ~(abs(curves.values[:, -1]) < math.inf)).all()
