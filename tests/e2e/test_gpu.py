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


@pytest.mark.skipif(gpus() == 0, reason="needs a CUDA device, and nvidia-smi lists none")
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
