"""Real training through the whole stack: it learns, it is kept, and it is paired across cells."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pandas as pd
import pytest
from helpers.commandline import CommandLine, Finished

import results
from benchmarks import models
from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import TRAINABLES

METRICS = ["val_accuracy", "val_loss", "train_loss"]


@pytest.fixture(scope="module")
def digits(command_line: CommandLine) -> Finished:
    """Two cells that propose the same configurations, two repetitions, asked of the CPU and of the GPU."""
    return command_line.run(
        *("--trainables", "digits-mlp", "--searchers", "random", "--schedulers", "fifo,median"),
        *("--repetitions", "2", "--device", "all", "--num-gpus", "0"),
        name="digits",
    )


def cell(run: Finished, scheduler: str, repetition: int) -> pd.Series:
    return run.experiment(device="cpu", scheduler=scheduler, repetition=repetition)


def curves(run: Finished, scheduler: str, repetition: int) -> dict[str, pd.DataFrame]:
    """Return the metrics by epoch of every trial, by the trial's configuration."""
    row = cell(run, scheduler, repetition)
    rows = run.results_of(row).merge(run.trials_of(row)[["trial_id", "config"]], on="trial_id")
    return {
        config: part.sort_values("epoch").set_index("epoch")[METRICS]
        for config, part in rows.groupby("config_y")
    }


def test_digits_are_learnt(digits: Finished) -> None:
    assert digits.code == 0, digits.err
    row = cell(digits, "fifo", 0)
    assert row["status"] == "ok" and row["metric"] == "val_accuracy"
    assert row["best"] > 0.9  # chance is 0.1


def test_the_test_accuracy_is_recorded_apart_and_never_among_the_results(digits: Finished) -> None:
    row = cell(digits, "fifo", 0)
    assert row["test_metric"] == "test_accuracy"
    assert 0.85 < row["test"] < 1
    assert not [column for column in digits.tables.results if column.startswith("test")]
    assert set(METRICS) <= set(digits.tables.results)


def test_the_best_model_is_rebuilt_and_tests_as_it_did(digits: Finished) -> None:
    import torch

    best = models.best_model(digits.folder)
    on_cpu = digits.experiments[digits.experiments["status"] == "ok"]
    assert best.experiment["best"] == on_cpu["best"].max()
    assert (best.test_metric, best.test) == ("test_accuracy", best.experiment["test"])
    spec = TRAINABLES["digits-mlp"]
    arrays = spec.load("subset", 0, None)
    with torch.inference_mode():
        guessed = best.model(spec.target.inputs(arrays["x_test"])).argmax(1).numpy()
    assert (guessed == arrays["y_test"]).mean() == pytest.approx(best.test)  # of the test images, no others


def test_rebuilding_a_model_leaves_nothing_in_the_home(digits: Finished, command_line: CommandLine) -> None:
    # In a process of its own: Tune decides where its folder is when it is imported.
    code = f"import results; print(results.best_model({str(digits.folder)!r}).test)"
    process = command_line.popen([sys.executable, "-c", code])
    done = command_line.finish(process, digits.folder.name)
    assert done.code == 0, done.err
    assert float(done.out) == digits.experiments["test"][digits.experiments["best"].idxmax()]
    assert not (done.home / "ray_results").exists()


@pytest.mark.parametrize("scheduler", ["fifo", "median"])
@pytest.mark.parametrize("repetition", [0, 1])
def test_every_experiment_keeps_its_model(digits: Finished, scheduler: str, repetition: int) -> None:
    best = models.best_model(digits.folder, scheduler=scheduler, repetition=repetition)
    assert best.test == cell(digits, scheduler, repetition)["test"]


@pytest.mark.parametrize("repetition", [0, 1])
def test_a_configuration_has_the_same_curve_in_every_cell_of_a_repetition(
    digits: Finished, repetition: int
) -> None:
    fifo, median = curves(digits, "fifo", repetition), curves(digits, "median", repetition)
    assert fifo.keys() == median.keys() and len(fifo) == 8
    for config, whole in fifo.items():
        shorter = median[config]
        pd.testing.assert_frame_equal(shorter, whole.loc[: shorter.index[-1]], check_exact=True)
    lengths = {len(shorter) for shorter in median.values()}
    assert min(lengths) < 9 or repetition  # the cells do differ: median stops some


def test_another_repetition_has_other_configurations_and_other_curves(digits: Finished) -> None:
    first, second = curves(digits, "fifo", 0), curves(digits, "fifo", 1)
    assert first.keys().isdisjoint(second.keys())
    losses = [{loss for curve in half.values() for loss in curve["train_loss"]} for half in (first, second)]
    assert not losses[0] & losses[1]


def test_one_configuration_has_another_curve_in_another_repetition(
    experiment: Callable[..., Outcome],
) -> None:
    # Grid search proposes the same points in every repetition, so only the training's own seeds differ.
    ran = [
        experiment("digits-mlp", "grid", "fifo", trials=2, epochs=2, repetition=repetition)
        for repetition in (0, 1, 0)
    ]
    assert {t["config"] for t in ran[0].trials} == {t["config"] for t in ran[1].trials}
    losses = [sorted(row["train_loss"] for row in outcome.results) for outcome in ran]
    assert losses[0] == losses[2]
    assert not set(losses[0]) & set(losses[1])


def test_mnist_is_learnt_beyond_chance(experiment: Callable[..., Outcome]) -> None:
    ran = experiment("mnist-convnet", "grid", "fifo", trials=2, epochs=2, train_size=2000)
    assert ran.status == "ok", ran.row["reason"]
    assert len(ran.results) == 4
    assert ran.row["best"] > 0.3 and ran.row["test"] > 0.3  # chance is 0.1


def test_without_a_gpu_its_half_is_answered_as_unavailable(digits: Finished) -> None:
    # --num-gpus 0 makes this machine one without, whatever it has.
    halves = digits.experiments.groupby("device")
    assert halves["status"].unique().map(list).to_dict() == {"cpu": ["ok"], "gpu": ["unavailable"]}
    assert halves.size().to_dict() == {"cpu": 4, "gpu": 4}
    on_gpu = digits.experiments[digits.experiments["device"] == "gpu"]
    assert set(on_gpu["reason"]) == {"no CUDA device"}


def test_figures_are_drawn_at_the_end(digits: Finished) -> None:
    figures = digits.folder / "figures"
    assert figures.is_dir() and list(figures.rglob("*.*"))
    assert f"figures in {figures}" in digits.out


def test_the_package_exports_the_best_model(digits: Finished) -> None:
    exported = getattr(results, "best_model", None)
    assert exported is not None
    assert exported(digits.folder, scheduler="fifo", repetition=0).experiment["scheduler"] == "fifo"
