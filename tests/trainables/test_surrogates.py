"""Surrogates of curves that packages ship: what they serve is what the package has, and errors are stated."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.core.errors import DataError
from benchmarks.curves.model import Place
from benchmarks.execution.answers import answer_by_rule
from benchmarks.spaces.encoding import Encoding
from benchmarks.spaces.membership import outside
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from benchmarks.trainables import scan_bench
from benchmarks.trainables._surrogate import WRITTEN, Surrogate, cost_of, packaged_file

SURROGATES: dict[str, Surrogate] = {each.name: each for each in scan_bench.SURROGATES.values()}
names = pytest.mark.parametrize("name", SURROGATES)


def need(name: str) -> None:
    """Skip the test if the package of a task is not installed."""
    if missing := TRAINABLES[name].missing():
        pytest.skip(f"{', '.join(missing)} is not installed")


@names
def test_it_is_listed_with_its_error_whether_its_package_is_there_or_not(name: str) -> None:
    spec = TRAINABLES[name]
    written = tomllib.loads(WRITTEN.read_text())[name]
    assert f"rank correlation {written['spearman']:.2f} on configurations left out" in spec.summary
    assert spec.space()
    assert spec.constants is not None
    assert spec.constants().optimum < spec.constants().baseline


@names
def test_every_configuration_of_the_package_is_in_the_space(name: str) -> None:
    need(name)
    packaged, space = SURROGATES[name].load(), SURROGATES[name].space()
    assert [wrong for config in packaged.configs for wrong in outside(space, config)] == []
    written = SURROGATES[name].written
    assert len(packaged.configs) == written["configs"]
    best = np.nanmin(packaged.values["val_loss"][:, -1])
    assert written["optimum"] == pytest.approx(best, rel=1e-5)


@names
def test_a_recorded_configuration_has_its_recorded_losses(name: str) -> None:
    need(name)
    packaged = SURROGATES[name].load()
    model = SURROGATES[name](Place(name, 0, {}))
    epochs = packaged.values["val_loss"].shape[1]
    sound = np.flatnonzero(np.isfinite(packaged.values["val_loss"]).all(1))
    for index in sound[:: len(sound) // 10]:
        config = packaged.configs[index]
        state = model.start(config)
        for epoch in range(epochs):
            state, metrics, seconds = model.step(state, config, 1)
            for metric, values in packaged.values.items():
                assert metrics[metric] == pytest.approx(values[index, epoch], rel=1e-4)
            assert seconds > 0


@names
def test_what_lies_between_is_finite_and_within_what_was_recorded(name: str) -> None:
    need(name)
    packaged = SURROGATES[name].load()
    encoding, chance = Encoding(SURROGATES[name].space()), np.random.default_rng(0)
    model = SURROGATES[name](Place(name, 0, {}))
    least, most = (f(packaged.values["val_loss"]) for f in (np.nanmin, np.nanmax))
    for config in (encoding.draw(chance) for _ in range(50)):
        epoch = model.step(model.start(config), config, 1)
        loss = epoch.metrics["val_loss"]
        assert np.isnan(loss) or least * 0.999 <= loss <= most * 1.001


def test_a_language_models_last_loss_is_the_last_one_of_its_file() -> None:
    need("scan-llm")
    path = distribution("scan-bench").locate_file("scan_bench/llm/configs_intermediate_summary.csv")
    frame = pd.read_csv(str(path), low_memory=False).sort_values("eval_step")
    last = frame.groupby("config_id").last()
    packaged = SURROGATES["scan-llm"].load()
    by_lr = {
        config["lr"]: row[-1]
        for config, row in zip(packaged.configs, packaged.values["val_loss"], strict=True)
    }
    for _, run in last.iterrows():
        if run["lr"] in by_lr:
            assert by_lr[run["lr"]] == pytest.approx(run["valid_loss"])


def test_a_diverged_clip_model_reports_no_number() -> None:
    need("scan-vlm")
    packaged = SURROGATES["scan-vlm"].load()
    gone = np.flatnonzero(np.isnan(packaged.values["val_loss"][:, -1]))
    assert len(gone) == SURROGATES["scan-vlm"].written["diverged"] > 0
    config = packaged.configs[gone[0]]
    model = SURROGATES["scan-vlm"](Place("scan-vlm", 0, {}))
    state = model.start(config)
    for _ in range(5):
        state, metrics, _ = model.step(state, config, 1)
    assert np.isnan(metrics["val_loss"])


def test_a_loss_at_a_share_lies_on_the_line_between_two_evaluations() -> None:
    found = scan_bench.at_shares(np.array([0.5, 1.0]), np.array([4.0, 1.0]), np.array([0.25, 0.5, 0.75, 1.0]))
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([4.0, 2.0, 1.0])


@given(st.integers(0, 2**32 - 1))
def test_losses_that_are_multiples_of_each_other_are_regressed_exactly(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size, tilt = chance.normal(size=(30, 1)), chance.normal(size=(30, 1))
    losses = np.exp(size @ [[1.0, 0.9, 0.8, 0.7]] + tilt @ [[0.4, 0.3, 0.2, 0.1]])
    seen = losses.copy()
    seen[:10, [0, 2]] = np.nan
    assert scan_bench.regressed(seen) == pytest.approx(losses, rel=1e-4)


def test_seconds_that_are_a_polynomial_are_found() -> None:
    points = np.random.default_rng(0).random((200, 2))
    seconds = np.exp(1 + points @ [2.0, -1.0] + points[:, 0] ** 2)
    terms = np.column_stack([np.ones(200), points, points**2])
    assert terms @ cost_of(points, seconds) == pytest.approx(np.log(seconds), abs=0.01)


def test_another_file_than_the_one_that_was_measured_is_refused() -> None:
    content = distribution("numpy").locate_file("numpy/version.py").read_bytes()  # type: ignore[attr-defined]
    right = hashlib.sha256(content).hexdigest()
    assert packaged_file("numpy", "numpy/version.py", right[:32]).read_bytes() == content
    for package, path, checksum in (
        ("numpy", "numpy/version.py", "0" * 32),
        ("numpy", "numpy/none.csv", right),
        ("no-such-package", "none.csv", right),
    ):
        with pytest.raises(DataError, match="install the") as raised:
            packaged_file(package, path, checksum)
        assert "\n" not in str(raised.value)
    with pytest.raises(PackageNotFoundError):
        distribution("no-such-package")


def test_an_experiment_has_no_more_epochs_than_the_surrogate() -> None:
    answer: Any = answer_by_rule(Experiment("scan-llm", "random", "fifo", epochs=9, engine="virtual"))
    if TRAINABLES["scan-llm"].missing():
        assert answer.status == "unavailable"
    else:
        assert answer.row["reason"] == "scan-llm ends after epoch 4; ask for --epochs 4"
