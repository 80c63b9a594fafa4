"""A recording: what is asked for is recorded once, whatever happens in between, and becomes a table."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.own_files import CURVED, write
from ray import tune

from benchmarks.curves.model import Place
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.curves.recorded.table import read
from benchmarks.record.costs import cost_model, polynomial
from benchmarks.record.design import MOST_CORNERS, design
from benchmarks.record.recorder import RecordingOptions, plan
from benchmarks.record.shards import RecordingError, RecordingSpec, Shards
from benchmarks.suite.measured import Measured
from benchmarks.suite.registry import TRAINABLES

ROOT = Path(__file__).parents[2]
SMALL = ("--configs", "16", "--epochs", "2", "--seeds", "2", "--block", "8", "--jobs", "1")


def command(out: Path, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "benchmarks.record",
        *(options or ("digits-mlp", *SMALL)),
        "--out",
        str(out),
    ]


def recorded(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(out, *options), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small recording of the digits, killed on the way, and finished by the same command."""
    out = tmp_path_factory.mktemp("recording")
    killed = subprocess.Popen(command(out), cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list((out / "shards").glob("[0-9]*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    workers = Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    while any(Path("/proc", pid).exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers and not any(Path("/proc", pid).exists() for pid in workers)
    survived = {path: path.stat().st_mtime_ns for path in (out / "shards").glob("[0-9]*")}
    assert survived
    done = recorded(out)
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in survived} == survived
    return out


@pytest.mark.slow
def test_every_epoch_of_every_configuration_is_there_once(recording: Path) -> None:
    table = read(recording / "table")
    configs, seeds, epochs = table.shape
    assert (seeds, epochs) == (2, 2)
    assert configs == len(design("digits-mlp", TRAINABLES["digits-mlp"].space(), 16).configs)
    assert len(table.curves) == configs * seeds * epochs
    assert not table.curves.duplicated(["config", "seed", "epoch"]).any()
    assert set(table.metrics) == {"train_loss", "val_loss", "val_accuracy", "test_accuracy"}
    assert table.curves["val_accuracy"].between(0, 1).all()
    assert (table.curves["diverged"] == table.curves[table.metrics].isna().any(axis=1)).all()


@pytest.mark.slow
def test_another_trainer_in_other_blocks_goes_on_where_one_stopped(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    kept = sorted((recording / "shards").glob("[0-9]*"))[1:]
    for path in (recording / "recording.json", recording / "provenance.json", *kept):
        shutil.copy(path, tmp_path / path.relative_to(recording))
    done = recorded(tmp_path, "digits-mlp", *SMALL, "--block", "3", "--one-by-one")
    assert done.returncode == 0, done.stderr
    ours, theirs = (read(folder / "table") for folder in (tmp_path, recording))
    assert list(ours.card["recorded_by"]) == ["one by one on cpu", "stacked on cpu"]
    keys = ["config", "seed", "epoch"]
    pd.testing.assert_frame_equal(ours.curves[keys], theirs.curves[keys])
    # The first epoch: later, rounding has grown, and at once where a corner's learning rate is large.
    differences = (ours.curves["train_loss"] - theirs.curves["train_loss"])[ours.curves["epoch"] == 1].abs()
    assert (differences < 1e-4).mean() > 0.9


def test_a_plan_is_of_what_is_missing_in_blocks_of_one_bucket() -> None:
    asked, configs = RecordingSpec("digits-mlp", 200, 1, 2, "subset", 0), range(254)
    done = {(seed, index) for seed, index in product(range(2), configs) if (seed + index) % 3}
    found = plan(asked, RecordingOptions(block=24), done)
    planned = [(block.seed, index) for block in found for index in block.configs]
    assert sorted(planned) == sorted(set(product(range(2), configs)) - done)
    assert max(len(block.configs) for block in found) <= 24
    chosen = design("digits-mlp", TRAINABLES["digits-mlp"].space(), 200).configs
    for block in found:
        assert len({(chosen[i]["batch_size"], chosen[i]["activation"]) for i in block.configs}) == 1


@pytest.mark.slow
def test_pandas_is_enough_to_read_it(recording: Path) -> None:
    curves = pd.read_parquet(recording / "table" / "curves.parquet")
    configs = pd.read_parquet(recording / "table" / "configs.parquet")
    assert set(curves["config"]) == set(configs["config"])
    assert set(json.loads(configs["json"][0])) == set(TRAINABLES["digits-mlp"].space())


@pytest.mark.slow
def test_the_card_says_where_it_comes_from(recording: Path) -> None:
    card = read(recording / "table").card
    assert card["trainable"] == "digits-mlp"
    assert list(card["recorded_by"]) == ["stacked on cpu"]
    assert card["recorded_by"]["stacked on cpu"] >= 0
    assert set(card["errors"]["by_epoch"]) == {"1", "2"}
    assert card["constants"]["baseline"] <= card["constants"]["optimum"]
    assert all(environment["torch"] for environment in card["environments"].values())


@pytest.mark.slow
def test_the_table_of_a_users_own_recording_can_be_replayed(recording: Path) -> None:
    space = TRAINABLES["digits-mlp"].space
    curves = Recorded(recording / "table", space)(Place("digits-mlp", 0, {}))
    config = design("digits-mlp", space(), 16).configs[-1]
    epoch = curves.step(curves.start(config), config, 1)
    assert 0 <= epoch.metrics["val_accuracy"] <= 1
    assert 0 < epoch.cost < 10


@pytest.mark.slow
def test_a_folder_holds_one_recording(recording: Path) -> None:
    done = recorded(recording, "digits-mlp", *SMALL[:-2], "--configs", "17")
    assert done.returncode == 2
    assert "holds another recording" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_processes_do_not_record_into_one_folder(tmp_path: Path) -> None:
    asked = RecordingSpec("digits-mlp", 16, 2, 2, "subset", 0)
    held = Shards(tmp_path, asked)
    with pytest.raises(RecordingError, match="another process records into"):
        Shards(tmp_path, asked)
    del held
    Shards(tmp_path, asked)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("digits-mpl",), "did you mean 'digits-mlp'?"),
        (("digits-mlp", "--data", "full"), "digits-mlp has no data 'full'; choose subset"),
        (("digits-mlp", "--configs", "0"), "--configs: 0 is too small; give 1 or more"),
        (("digits-mlp", "--epochs", "two"), "--epochs: 'two' is not a whole number; give 1 or more"),
    ],
)
def test_misuse_is_one_line_and_code_2(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    done = recorded(tmp_path / "out", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_any_class_trainable_can_be_recorded_by_itself(tmp_path: Path) -> None:
    done = recorded(tmp_path, "branin", "--configs", "20", "--epochs", "3", "--seeds", "2", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    table = read(tmp_path / "table")
    assert list(table.card["recorded_by"]) == ["one by one on cpu"]
    assert table.metrics == ["loss"]


def test_a_longer_design_begins_with_the_shorter_one() -> None:
    space = TRAINABLES["mnist-wide"].space()
    short, long = design("mnist-wide", space, 20), design("mnist-wide", space, 100)
    assert long.configs[: len(short.configs)] == short.configs
    assert len(long.configs) == long.corners + 100
    assert long.corners <= MOST_CORNERS


def test_all_corners_of_a_small_space_are_there() -> None:
    space = {"x": tune.uniform(-1, 1), "y": tune.loguniform(1e-3, 1), "c": tune.choice(["a", "b"])}
    found = design("made-up", space, 10)
    corners = {tuple(config.values()) for config in found.configs[: found.corners]}
    assert corners == {(x, y, c) for x in (-1.0, 1.0) for y in (1e-3, 1.0) for c in ("a", "b")}


def test_where_no_hyperparameter_matters_an_epoch_costs_the_median() -> None:
    chance = np.random.default_rng(1)
    points, seconds = chance.random((30, 2)), np.exp(chance.normal(0, 0.01, 30))
    model = cost_model(points, seconds.tolist())
    assert np.exp(polynomial(points) @ model["coefficients"]) == pytest.approx(
        np.full(30, np.median(seconds)), rel=1e-2
    )


def test_the_cost_of_an_epoch_is_found_where_it_is_a_polynomial() -> None:
    points = np.random.default_rng(0).random((40, 3))
    seconds = np.exp(0.5 + points @ [1.0, -2.0, 0.0] + points[:, 1] ** 2)
    model = cost_model(points, seconds.tolist())
    assert model["r2"] > 0.99
    assert np.exp(polynomial(points) @ model["coefficients"]) == pytest.approx(seconds, rel=0.05)


@pytest.mark.slow
def test_a_trainable_in_a_file_is_recorded_and_the_table_gives_its_constants(tmp_path: Path) -> None:
    write(tmp_path, "curved.py", CURVED)
    asked = ["--configs", "12", "--epochs", "3", "--seeds", "2", "--jobs", "1"]
    for words in (
        ["record", "curved.py:Rising", *asked],
        ["constants", "curved.py:Rising", "--from", "recordings/rising/table"],
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "tunegrid", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
    measured = Measured.read(tmp_path / "rising.constants.toml")
    configs = read(tmp_path / "recordings" / "rising" / "table").configs["json"]
    x = np.array([json.loads(config)["x"] for config in configs])
    assert len(measured.values) == 12 < len(x)  # without the corners of the space
    assert sorted(row[-1] for row in measured.values) == pytest.approx(
        sorted(x[-12:] * (1 - 0.5**3)), rel=1e-4
    )  # a table has fewer digits
    assert measured.best[-1] == pytest.approx(x.max() * (1 - 0.5**3), rel=1e-4)
