"""Files that others publish, in their exact layout, become tables with the roles that it documents."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.record.curve_files.complete import WantedTable
from benchmarks.record.curve_files.conversion import Converted, FileRequest, convert, table_of
from benchmarks.record.curve_files.rows import CurveFileError


def read(
    path: Path, kind: str, dataset: str | None = None, missing: Any = "error", **roles: Any
) -> Converted:
    return convert(FileRequest(path, kind, dataset, roles, None, None, (), WantedTable(missing=missing)))


def lcbench_run(index: int, epochs: int = 4) -> dict[str, Any]:
    """A run as LCBench's api.py reads it: "config", "log" and "results"."""
    accuracies = [10.0, *(60.0 + index + epoch for epoch in range(1, epochs + 1))]
    return {
        "config": {
            "batch_size": 16 + index,
            "imputation_strategy": "mean",
            "learning_rate_scheduler": "cosine_annealing",
            "loss": "cross_entropy_weighted",
            "network": "shapedmlpnet",
            "max_dropout": 0.01 * index,
            "normalization_strategy": "standardize",
            "optimizer": "sgd",
            "cosine_annealing_T_max": 50,
            "cosine_annealing_eta_min": 1e-08,
            "activation": "relu",
            "max_units": 64 + index,
            "mlp_shape": "funnel",
            "num_layers": 1 + index % 5,
            "learning_rate": 0.001 + 0.001 * index,
            "momentum": 0.5,
            "weight_decay": 0.01,
        },
        "log": {
            "time": [3.0 * epoch for epoch in range(epochs + 1)],
            "epoch": list(range(epochs + 1)),
            "Train/loss": [1.0] * (epochs + 1),
            "Train/val_accuracy": accuracies,
            "Train/val_cross_entropy": [0.5] * (epochs + 1),
            "Train/test_result": [value - 1 for value in accuracies],
        },
        "results": {"OpenML_task_id": 3945, "final_val_accuracy": accuracies[-1], "model_parameters": 1000},
    }


def lcbench(path: Path) -> Path:
    names = ("adult", "Fashion-MNIST")
    data = {name: {str(index): lcbench_run(index) for index in range(12)} for name in names}
    path.write_text(json.dumps(data))
    return path


def test_lcbench_has_shares_on_a_clock_in_its_documented_space(tmp_path: Path) -> None:
    found = read(lcbench(tmp_path / "six_datasets_lw.json"), "lcbench", "adult")
    values = found.curves.values
    assert values["Train/val_accuracy"][2, 0] == pytest.approx([0.63, 0.64, 0.65, 0.66])  # without epoch 0
    assert values["Train/test_result"][2, 0] == pytest.approx([0.62, 0.63, 0.64, 0.65])
    assert list(found.found.space) == [
        *("batch_size", "learning_rate", "momentum", "weight_decay", "num_layers", "max_units", "max_dropout")
    ]
    assert found.roles.mode == "max"
    assert not found.inferred
    assert table_of("adult", tmp_path / "six_datasets_lw.json", found).card["cost"]["median_seconds"] == 3.0


def test_another_metric_of_lcbench_has_its_own_mode_and_is_not_divided(tmp_path: Path) -> None:
    path = lcbench(tmp_path / "data.json")
    with pytest.raises(CurveFileError, match="--mode is missing; give min or max"):
        read(path, "lcbench", "adult", metric="Train/val_cross_entropy")
    found = read(path, "lcbench", "adult", metric="Train/val_cross_entropy", mode="min")
    assert (found.curves.values["Train/val_cross_entropy"] == 0.5).all()


def test_a_data_set_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    path = lcbench(tmp_path / "data.json")
    with pytest.raises(
        CurveFileError, match="has 2 data sets; name one with --dataset: adult, Fashion-MNIST"
    ):
        read(path, "lcbench")
    with pytest.raises(CurveFileError, match="has no data set 'adlt'; did you mean 'adult'"):
        read(path, "lcbench", "adlt")


def trial(index: int, group: str, steps: int = 4, status: str = "done") -> dict[str, Any]:
    """A line of PD1, with the fields of its README that are read, and some that are not."""
    return {
        "dataset": "mnist",
        "model": "max_pooling_cnn",
        "trial_dir": f"/trials/{index}",
        "status": status,
        "hps.batch_size": 256,
        "hps.lr_hparams.decay_steps_factor": 0.1 + 0.05 * index,
        "hps.lr_hparams.initial_value": 1e-3 * (index + 1),
        "hps.lr_hparams.power": 0.2 + 0.1 * index,
        "hps.opt_hparams.momentum": 0.9,
        "epoch": [5, 11, 17, 22][:steps] or None,
        "global_step": [1000, 2000, 3000, 4000][:steps] or None,
        "steps_per_sec": [10.0, 20.0, 20.0, 20.0][:steps] or None,
        "eval_time": [1.0] * steps or None,
        "valid/error_rate": [0.9, 0.5, 0.4, 0.3 + 0.01 * index][:steps] or None,
        "valid/ce_loss": [2.0, 1.0, 0.5, 0.4][:steps] or None,
        "study_group": group,
        "best_valid/error_rate": 0.3,
    }


def pd1(path: Path, *others: dict[str, Any]) -> Path:
    lines = [trial(index, "mnist,256") for index in range(12)] + [trial(0, "mnist,2048"), *others]
    with gzip.open(path, "wt") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def test_an_evaluation_of_pd1_is_an_epoch(tmp_path: Path) -> None:
    path = pd1(tmp_path / "pd1_matched_phase1_results.jsonl.gz")
    found = read(path, "pd1", "mnist,256")
    assert found.curves.values["valid/error_rate"][1, 0].tolist() == [0.9, 0.5, 0.4, 0.31]
    assert found.found.configs[0] == {
        "lr_initial_value": 0.001,
        "lr_power": 0.2,
        "lr_decay_steps_factor": 0.1,
        "one_minus_momentum": 0.1,
    }
    assert found.measured.seconds[:4].tolist() == [100.0, 50.0, 50.0, 50.0]


@pytest.mark.parametrize("steps", [0, 2])
def test_a_diverged_trial_of_pd1_is_diverged_from_where_it_ends(tmp_path: Path, steps: int) -> None:
    path = pd1(tmp_path / "pd1.jsonl.gz", trial(13, "mnist,256", steps, "diverged"))
    found = read(path, "pd1", "mnist,256").curves
    assert found.diverged[12, 0].tolist() == [False] * steps + [True] * (4 - steps)
    assert not found.diverged[:12].any()
    assert found.values["valid/error_rate"][12, 0, -1] == 0.9


def yahpo(path: Path, columns: tuple[str, ...], lines: list[list[Any]]) -> Path:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([list(columns), *lines])
    return path


def test_yahpos_lcbench_is_read_by_its_columns(tmp_path: Path) -> None:
    columns = (
        *("OpenML_task_id", "epoch", "batch_size", "learning_rate", "momentum", "weight_decay", "num_layers"),
        *("max_units", "max_dropout", "time", "val_accuracy", "val_cross_entropy", "val_balanced_accuracy"),
        *("test_cross_entropy", "test_balanced_accuracy"),
    )
    lines = [
        [task, epoch, 16 + i, 0.01, 0.5, 0.01, 2, 64 + i, 0.5, 2.0 * epoch, 70 + i + epoch, 0.5, 60, 0.6, 59]
        for task in (3945, 7593)
        for i in range(12)
        for epoch in (1, 2, 3)
    ]
    found = read(yahpo(tmp_path / "data.csv", columns, lines), "yahpo", "7593")
    assert found.curves.values["val_accuracy"][1, 0] == pytest.approx([0.72, 0.73, 0.74])
    assert found.measured.seconds.tolist() == [2.0] * 36
    assert "batch_size" in found.found.space


def test_the_shares_of_yahpos_other_scenarios_are_epochs_and_their_splits_seeds(tmp_path: Path) -> None:
    columns = ("task_id", "cost", "kernel", "trainsize", "repl", "mmce", "f1", "auc", "logloss", "timetrain")
    lines = [
        [
            *(40981, 0.01 * 2**i, ("linear", "radial")[i % 2], share, repl),
            *(0.5 - 0.1 * share + 0.01 * repl + 0.001 * i, 0.5, 0.5, 0.6, 3 * share),
        ]
        for i in range(12)
        for share in (0.05, 0.25, 1)
        for repl in (1, 2)
    ]
    found = read(yahpo(tmp_path / "data.csv", columns, lines), "yahpo")
    assert found.inferred
    assert list(found.found.space) == ["cost", "kernel"]
    assert found.curves.values["mmce"].shape == (12, 2, 3)
    assert found.curves.values["mmce"][0, 1] == pytest.approx([0.515, 0.495, 0.42])
    assert found.measured.seconds[:6].tolist() == pytest.approx([0.15, 0.15, 0.75, 0.75, 3, 3])


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("lcbench", "[1, 2]", "holds no runs by data set; expected LCBench's layout"),
        ("lcbench", "{", "is not JSON"),
        ("lcbench", '{"adult": {"0": {"config": {}}}}', "configuration 0 of adult in .* has no 'log'"),
        ("pd1", '{"dataset": "mnist"}\n', "line 1 of .* has no study_group; expected PD1's layout"),
        ("pd1", '{"study_group": "a"}\n', "line 1: the trial has no hyperparameter 'hps.lr_hparams"),
        ("pd1", "x,y\n1,2\n", "is not JSON lines"),
        ("yahpo", "lr,epoch\n1,2\n", "expected a CSV file of YAHPO Gym, or give --layout csv"),
    ],
)
def test_a_file_of_another_layout_is_said_in_a_line(
    tmp_path: Path, kind: str, content: str, message: str
) -> None:
    path = tmp_path / "data"
    path.write_text(content)
    with pytest.raises(CurveFileError, match=message) as raised:
        read(path, kind)
    assert "\n" not in str(raised.value)
