"""Classifiers: one configuration, one curve, however it is interrupted, reset or taken over."""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from benchmarks.suite.experiment import Device
from benchmarks.suite.registry import TRAINABLES, Capability
from benchmarks.suite.session import Session
from benchmarks.trainables._pooled_conv import PooledConv
from benchmarks.training.classifier import MODEL_FILE, Classifier

Config = dict[str, Any]

MNIST: Config = {"lr": 0.05, "momentum": 0.8}
FLOATS = {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-5, "decay": 0.95}
DIGITS: Config = FLOATS | {"hidden": 32, "batch_size": 32, "activation": "relu"}
GOOD = {"mnist-convnet": MNIST, "digits-mlp": DIGITS}

both = pytest.mark.parametrize("name", list(GOOD))


@pytest.fixture(autouse=True)
def no_results_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray makes a folder for each trainable; keep it out of the user's home."""
    monkeypatch.setattr("ray.tune.trainable.trainable.DEFAULT_STORAGE_PATH", str(tmp_path / "ray"))


def session(name: str, repetition: int = 0, train_size: int = 640, device: Device = "cpu") -> Session:
    arrays: Mapping[str, Any] = TRAINABLES[name].load("subset", train_size, None)
    for array in arrays.values():
        array.flags.writeable = False  # as they come from Ray's object store
    return Session(name, repetition, device, arrays, f"{name}:{train_size}")


def make(name: str, config: Config, given: Session | None = None) -> Classifier:
    """Return the trainable as Tune makes it, with the session that ``tune.with_parameters`` would pass."""
    target: type[Classifier] = TRAINABLES[name].target
    chosen = given or session(name)

    class Bound(target):  # type: ignore[valid-type, misc]
        def setup(self, config: Config) -> None:
            super().setup(config, chosen)

    return Bound(dict(config))


def curve(trial: Classifier, epochs: int = 2) -> list[dict[str, float]]:
    return [trial.step() for _ in range(epochs)]


@both
def test_same_repetition_and_configuration_give_the_same_curve(name: str) -> None:
    first = curve(make(name, GOOD[name]))
    curve(make(name, GOOD[name] | {"lr": 0.01}), 1)
    torch.rand(3)
    assert curve(make(name, GOOD[name])) == first


def test_the_curve_is_the_same_in_another_process(tmp_path: Path) -> None:
    config = GOOD["digits-mlp"]
    program = (
        "import sys; sys.path.insert(0, 'tests/training'); import test_classifier as t\n"
        f"import ray.tune.trainable.trainable as r; r.DEFAULT_STORAGE_PATH = {str(tmp_path)!r}\n"
        f"print(t.curve(t.make('digits-mlp', {config!r})))"
    )
    root = Path(__file__).parents[2]
    env = os.environ | {"PYTHONPATH": str(root)}
    out = subprocess.run([sys.executable, "-c", program], cwd=root, env=env, capture_output=True, text=True)
    assert out.stdout.strip() == str(curve(make("digits-mlp", config))), out.stderr


@both
def test_another_repetition_or_configuration_differs(name: str) -> None:
    first = curve(make(name, GOOD[name]), 1)
    assert curve(make(name, GOOD[name], session(name, repetition=1)), 1) != first
    assert curve(make(name, GOOD[name] | {"momentum": 0.5}), 1) != first


@both
def test_global_random_state_is_left_alone(name: str) -> None:
    before, numbers = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["pos"]  # noqa: NPY002
    trial = make(name, GOOD[name])
    curve(trial, 1)
    trial.reset_config(dict(GOOD[name]))
    trial.test()
    assert torch.equal(torch.get_rng_state(), before)
    assert np.random.get_state(legacy=False)["state"]["pos"] == numbers  # noqa: NPY002


@both
def test_save_load_step_equals_step(name: str, tmp_path: Path) -> None:
    unbroken = make(name, GOOD[name])
    curve(unbroken)
    unbroken.save_checkpoint(str(tmp_path))
    expected = curve(unbroken)
    resumed = make(name, GOOD[name])
    resumed.load_checkpoint(str(tmp_path))
    assert curve(resumed) == expected


@both
def test_rays_own_save_and_restore(name: str) -> None:
    trial = make(name, GOOD[name])
    trial.train()  # type: ignore[no-untyped-call]
    saved = trial.save()
    expected = trial.train()  # type: ignore[no-untyped-call]
    trial.restore(saved)
    again = trial.train()  # type: ignore[no-untyped-call]
    for metric in ("val_accuracy", "val_loss", "train_loss", "training_iteration"):
        assert again[metric] == expected[metric]


@both
def test_reset_equals_fresh(name: str) -> None:
    other = GOOD[name] | {"lr": 0.02, "momentum": 0.3} | ({"hidden": 9} if name == "digits-mlp" else {})
    trial = make(name, GOOD[name])
    curve(trial)
    assert trial.reset(dict(other))  # type: ignore[no-untyped-call]
    assert curve(trial) == curve(make(name, other))


def test_a_takeover_keeps_the_new_hyperparameters_and_the_donors_progress(tmp_path: Path) -> None:
    donor = make("digits-mlp", DIGITS)
    curve(donor, 3)
    donor.save_checkpoint(str(tmp_path))
    heir = make("digits-mlp", DIGITS | {"lr": 0.5, "momentum": 0.1, "weight_decay": 1e-3, "decay": 0.8})
    heir.load_checkpoint(str(tmp_path))
    group = heir._optimizer.param_groups[0]
    assert (group["lr"], group["momentum"], group["weight_decay"]) == (0.5, 0.1, 1e-3)
    assert heir._evaluate("val") == donor._evaluate("val")
    assert heir._epoch == 3
    momentum = [heir._optimizer.state[p]["momentum_buffer"] for p in heir._model.parameters()]
    kept = [donor._optimizer.state[p]["momentum_buffer"] for p in donor._model.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(momentum, kept, strict=True))
    assert heir.step() != donor.step()


def test_a_takeover_that_changes_nothing_changes_nothing(tmp_path: Path) -> None:
    donor = make("digits-mlp", DIGITS)
    curve(donor, 3)
    donor.save_checkpoint(str(tmp_path))
    heir = make("digits-mlp", DIGITS | {"lr": 0.5})
    heir.reset_config(dict(DIGITS))
    heir.load_checkpoint(str(tmp_path))
    assert curve(heir) == curve(donor)


def test_momentum_zero_can_be_saved_and_taken_over(tmp_path: Path) -> None:
    donor = make("digits-mlp", DIGITS | {"momentum": 0.0})
    curve(donor, 1)
    donor.save_checkpoint(str(tmp_path))
    heir = make("digits-mlp", DIGITS)
    heir.load_checkpoint(str(tmp_path))
    assert math.isfinite(heir.step()["train_loss"])


def test_digits_learn() -> None:
    results = curve(make("digits-mlp", DIGITS, session("digits-mlp", train_size=0)), 10)
    assert results[-1]["val_accuracy"] > 0.9


def test_mnist_learns() -> None:
    trial = make("mnist-convnet", MNIST, session("mnist-convnet", train_size=0))
    results = curve(trial, 3)
    assert results[-1]["val_accuracy"] > 0.9
    assert trial.test()["test_accuracy"] > 0.9


@both
def test_rebuilt_network_gives_the_same_test_accuracy(name: str, tmp_path: Path) -> None:
    trial = make(name, GOOD[name])
    curve(trial)
    trial.save_checkpoint(str(tmp_path))
    target: type[Classifier] = TRAINABLES[name].target
    before = torch.get_rng_state()
    for path in (tmp_path, tmp_path / MODEL_FILE):
        network = target.rebuild(path)
        assert not network.training
        raw = session(name).arrays()
        with torch.no_grad():
            guess = network(target.inputs(raw["x_test"])).argmax(1).numpy()
        assert float(np.mean(guess == raw["y_test"])) == trial.test()["test_accuracy"]
    assert torch.equal(torch.get_rng_state(), before)


class Trap:
    """A pickle that makes a file when it is loaded by an unwary reader."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_malicious_checkpoint_is_refused(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    torch.save({"model": Trap(mark), "config": "{}"}, tmp_path / MODEL_FILE)
    with pytest.raises(pickle.UnpicklingError):
        make("digits-mlp", DIGITS).load_checkpoint(str(tmp_path))
    with pytest.raises(pickle.UnpicklingError):
        TRAINABLES["digits-mlp"].target.rebuild(tmp_path)
    assert not mark.exists()


@both
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_in_the_space_trains_to_numbers(name: str, data: st.DataObject) -> None:
    config = {
        "lr": data.draw(st.floats(-10, 0).map(lambda e: 10**e)),
        "momentum": data.draw(st.floats(0, 0.99)),
    }
    if name == "digits-mlp":
        config |= {
            "weight_decay": data.draw(st.floats(1e-7, 1e-2)),
            "hidden": data.draw(st.integers(8, 128)),
            "batch_size": data.draw(st.sampled_from([16, 32, 64, 128])),
            "activation": data.draw(st.sampled_from(["relu", "tanh"])),
            "decay": data.draw(st.floats(0.8, 1)),
        }
    for result in curve(make(name, config), 1):
        assert set(result) == {"val_accuracy", "val_loss", "train_loss"}
        assert 0 <= result["val_accuracy"] <= 1
        assert not any(math.isinf(value) for value in result.values())


def test_divergence_is_nan_and_not_a_crash(tmp_path: Path) -> None:
    trial = make("digits-mlp", DIGITS | {"lr": 1e30})
    result = curve(trial)[-1]
    assert math.isnan(result["train_loss"]) and math.isnan(result["val_loss"])
    assert 0 <= result["val_accuracy"] <= 1
    trial.save_checkpoint(str(tmp_path))
    trial.load_checkpoint(str(tmp_path))


@both
def test_sampled_configurations_are_accepted(name: str) -> None:
    space = TRAINABLES[name].space()
    config = {key: domain.sample(random_state=np.random.RandomState(0)) for key, domain in space.items()}
    assert curve(make(name, config), 1)


@both
def test_a_process_keeps_one_copy_of_the_data(name: str) -> None:
    first, second = make(name, GOOD[name]), make(name, GOOD[name])
    assert first._data["x_train"].data_ptr() == second._data["x_train"].data_ptr()
    other = make(name, GOOD[name], session(name, train_size=64))
    assert len(other._data["x_train"]) == 64
    assert len(first._data["x_train"]) == 640


def test_uses_the_cpus_that_it_is_given() -> None:
    trial = make("digits-mlp", DIGITS)
    trial.step()
    assert torch.get_num_threads() == 1
    granted = SimpleNamespace(required_resources={"CPU": 2.0})
    trial._trial_info = SimpleNamespace(trial_resources=granted)
    trial.step()
    assert torch.get_num_threads() == 2
    granted.required_resources["CPU"] = 0.5
    trial.step()
    assert torch.get_num_threads() == 1


@both
def test_registered_as_it_is(name: str) -> None:
    spec = TRAINABLES[name]
    assert (spec.metric, spec.mode, spec.test_metric) == ("val_accuracy", "max", "test_accuracy")
    assert set(spec.mutable) <= set(spec.space())
    assert spec.provides == {Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}
    assert spec.missing() == []


def test_importing_the_trainables_does_not_import_torch() -> None:
    program = "import sys, benchmarks.suite.registry as r; list(r.TRAINABLES); print('torch' in sys.modules)"
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    out = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert out.stdout.strip() == "False", out.stderr


@pytest.mark.parametrize(("channels", "kernel", "pool", "side"), [(3, 3, 3, 28), (2, 5, 2, 13), (1, 1, 1, 4)])
def test_pooled_convolution_is_convolution_then_pooling(
    channels: int, kernel: int, pool: int, side: int
) -> None:
    chance = torch.Generator().manual_seed(0)
    images = torch.randn(7, 1, side, side, generator=chance)
    fused = PooledConv(channels, kernel, pool)
    plain = nn.Conv2d(1, channels, kernel)
    plain.load_state_dict(fused.state_dict())
    expected = nn.functional.max_pool2d(plain(images), pool)
    found = fused(images)
    torch.testing.assert_close(found, expected)
    weights = torch.randn(expected.shape, generator=chance)
    torch.autograd.backward([(found * weights).sum(), (expected * weights).sum()])
    torch.testing.assert_close(fused.weight.grad, plain.weight.grad, atol=1e-4, rtol=1e-4)
    assert fused.bias is not None and plain.bias is not None
    torch.testing.assert_close(fused.bias.grad, plain.bias.grad, atol=1e-4, rtol=1e-4)


def test_pooled_convolution_shares_the_gradient_of_a_blank_image() -> None:
    fused, plain = PooledConv(3, 3, 3), nn.Conv2d(1, 3, 3)
    plain.load_state_dict(fused.state_dict())
    blank = torch.full((2, 1, 28, 28), -0.4)
    torch.autograd.backward([fused(blank).sum(), nn.functional.max_pool2d(plain(blank), 3).sum()])
    torch.testing.assert_close(fused.weight.grad, plain.weight.grad)


def test_pooled_convolution_has_the_parameters_of_a_convolution() -> None:
    fused = PooledConv(3, 3, 3)
    assert set(fused.state_dict()) == {"weight", "bias"}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_gpu_without_a_device_says_so() -> None:
    with pytest.raises(RuntimeError, match="no CUDA device"):
        make("digits-mlp", DIGITS, session("digits-mlp", device="gpu"))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@both
def test_gpu_trains_like_the_cpu_and_repeats_itself(name: str, tmp_path: Path) -> None:
    on_gpu = session(name, device="gpu")
    trial = make(name, GOOD[name], on_gpu)
    assert trial._data["x_train"].is_cuda
    first = curve(trial)
    assert curve(make(name, GOOD[name], on_gpu)) == first
    reference = curve(make(name, GOOD[name]))
    assert abs(first[-1]["val_accuracy"] - reference[-1]["val_accuracy"]) < 0.05
    trial.save_checkpoint(str(tmp_path))
    trial.load_checkpoint(str(tmp_path))
    assert TRAINABLES[name].target.rebuild(tmp_path) is not None
