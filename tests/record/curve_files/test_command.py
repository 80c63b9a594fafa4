"""``tunegrid record --from-csv``: from a file to a run on the virtual engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from helpers.curve_rows import HEADER, rows, write

import tunegrid as tg
from benchmarks.curves.recorded.table import read
from benchmarks.record.__main__ import main
from benchmarks.suite.registry import TRAINABLES

ASKED = ("--metric", "val_loss", "--mode", "min")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which a table was made of a file, and what the command printed."""
    folder = tmp_path_factory.mktemp("made")
    write(folder / "curves.csv", [[*row, row[3] + 0.1] for row in rows(configs=24)], (*HEADER, "test_loss"))
    words = [
        "record",
        "--from-csv",
        "curves.csv",
        *ASKED,
        "--test-metric",
        "test_loss",
        "--source",
        "me, CC0",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tunegrid", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_what_was_guessed_is_said_and_can_be_given(made: tuple[Path, str], tmp_path: Path) -> None:
    folder, printed = made
    assert '    "lr": tune.loguniform(0.001, 0.418),' in printed
    assert "an epoch takes 1 s, since the file does not say" in printed
    text = printed[printed.index("from ray import tune") : printed.index("\n}\n") + 2]
    (tmp_path / "space.py").write_text(text)
    space = ["--space", f"{tmp_path}/space.py:SPACE", "--no-table", "--ignore", "test_loss"]
    assert main(["again", "--from-csv", str(folder / "curves.csv"), *ASKED, *space]) == 0


def test_the_task_runs_on_the_virtual_engine_with_every_kind_of_scheduler(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = made
    tg.run(
        trainable=str(folder / "recordings" / "curves" / "task.py"),
        searchers=["random", "optuna-tpe"],
        schedulers=["fifo", "asha", "hyperband"],
        **{"trials": 6, "epochs": 4, "repetitions": 1, "engine": "virtual", "figures": False},
        out=tmp_path,
        name="mine",
    )
    experiments = pd.read_parquet(tmp_path / "mine" / "experiments")
    assert len(experiments) == 6
    assert set(experiments["status"]) == {"ok"}
    assert experiments["test"].sub(experiments["best"]).between(0.05, 0.15).all()


def test_the_table_is_one_like_the_shipped_ones(made: tuple[Path, str]) -> None:
    table = read(made[0] / "recordings" / "curves" / "table")
    assert table.shape == (24, 1, 4)
    assert table.metrics == ["val_loss", "test_loss"]
    assert table.card["source"] == "me, CC0"
    assert [round(v, 3) for v in table.values("val_loss")[0, 0]] == [round(r[3], 3) for r in rows()[:4]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from-csv", "none.csv", *ASKED], "none.csv"),
        (["--from-csv", "curves.csv"], "--metric is missing; name the column of the metric"),
        (["--from-csv", "curves.csv", "--metric", "val_loss"], "--mode is missing; give min or max"),
        (["--from-csv", "curves.csv", "--metric", "loss", "--mode", "min"], "there is no column 'loss'"),
        (
            ["--from-csv", "curves.csv", "--metric", "val_loss", "--mode", "low"],
            "--mode is 'low'; give min or max",
        ),
        (["branin", "--from-csv", "curves.csv", *ASKED], "there is a trainable branin already"),
        (["My Task", "--from-csv", "curves.csv", *ASKED], "use lower case, digits and hyphens: my-task"),
        (
            ["--from-csv", "curves.csv", *ASKED, "--divide-by", "0"],
            "--divide-by: '0' is not a number above 0",
        ),
        (["--from-csv", "curves.csv", *ASKED, "--space", "space.py:SPACE"], "there is no file"),
        (["--from-csv", "curves.csv", *ASKED, "--epochs", "9"], "--epochs is 9, and the file has 4"),
        (["--from-csv", "curves.csv", *ASKED, "--ignore", "heigth"], "there is no column 'heigth'"),
        (["--from-csv", "curves.csv", *ASKED, "--configs", "9"], "--configs is given, and a file has been"),
        (["branin", "--divide-by", "3"], "--divide-by is given without a file of learning curves"),
        ([], "nothing is named; give a trainable, or a file of learning curves with --from-csv"),
    ],
)
def test_misuse_is_one_line_and_code_2(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "curves.csv", rows())
    try:
        code = main(words)
    except SystemExit as end:
        code = int(str(end.code))
    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "recordings").exists()


def test_a_folder_with_a_task_is_left_alone(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(made[0])
    assert main(["--from-csv", "curves.csv", *ASKED, "--ignore", "test_loss"]) == 2
    assert "task.py is there already; give another --out, or delete" in capsys.readouterr().err
    assert "curves" not in TRAINABLES
