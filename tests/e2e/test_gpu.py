"""Training on a GPU, where there is one."""

from __future__ import annotations

import shutil
import subprocess

import pandas as pd
import pytest
from helpers.commandline import CommandLine


def gpus() -> int:
    """Count the GPUs without importing torch: CUDA would stay with this process."""
    if shutil.which("nvidia-smi") is None:
        return 0
    listed = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, check=False)
    return len(listed.stdout.splitlines()) if listed.returncode == 0 else 0


pytestmark = [pytest.mark.gpu, pytest.mark.skipif(gpus() == 0, reason="no CUDA device")]
GREEDY = """
import torch
from ray import tune

SPACE = {"gib": tune.choice([1, 100_000])}


def train(config):
    for _ in range(3):
        torch.empty(config["gib"] * 2**30, dtype=torch.uint8, device="cuda")
        tune.report({"loss": 1.0})
"""


def test_two_trials_share_a_gpu_and_a_configuration_has_one_curve(command_line: CommandLine) -> None:
    run = command_line.run(
        *("--trainables", "mnist-convnet", "--searchers", "random", "--schedulers", "fifo,median"),
        *("--device", "gpu", "--gpus-per-trial", "0.5", "--workers", "2", "--trials", "6", "--epochs", "4"),
        *("--train-size", "2000", "--no-figures"),
        name="gpu",
    )
    assert run.code == 0, run.err
    assert run.experiments["status"].tolist() == ["ok", "ok"], run.experiments["reason"].tolist()
    curves = []
    for scheduler in ("fifo", "median"):
        row = run.experiment(scheduler=scheduler)
        rows = run.results_of(row).set_index(["config", "epoch"])[["val_accuracy", "val_loss", "train_loss"]]
        curves.append(rows.sort_index())
    whole, shorter = curves
    assert len(whole) == 24
    pd.testing.assert_frame_equal(shorter, whole.loc[shorter.index], check_exact=True)


def test_both_halves_of_a_grid_train_the_same_configurations(command_line: CommandLine) -> None:
    run = command_line.run(
        *("--trainables", "mnist-convnet", "--searchers", "random", "--schedulers", "fifo"),
        *(
            "--device",
            "all",
            "--gpus-per-trial",
            "0.0625",
            "--workers",
            "2",
            "--trials",
            "4",
            "--epochs",
            "2",
        ),
        name="both",
    )
    assert run.code == 0, run.err
    assert set(run.experiments["device"]) == {"cpu", "gpu"} and set(run.experiments["status"]) == {"ok"}
    configs = [set(run.trials_of(row)["config"]) for _, row in run.experiments.iterrows()]
    assert configs[0] == configs[1]
    assert list((run.folder / "figures").glob("devices-*.png"))


def test_a_trial_without_memory_fails_and_the_others_do_not(command_line: CommandLine) -> None:
    path = command_line.folder / "greedy.py"
    path.write_text(GREEDY)
    run = command_line.run(
        *("--trainable", f"{path}:train", "--space", f"{path}:SPACE", "--metric", "loss", "--mode", "min"),
        *("--searchers", "random", "--schedulers", "fifo", "--device", "gpu", "--workers", "1"),
        *("--trials", "8", "--epochs", "2", "--no-check", "--no-figures"),
        name="greedy",
    )
    assert run.code == 0, run.err
    [row] = run.experiments.to_dict("records")
    trials = run.tables.trials
    failed = trials[trials["status"] == "failed"]
    assert row["status"] == "ok" and 0 < len(failed) < 8
    assert failed["reason"].str.contains("out of memory", case=False).all()
