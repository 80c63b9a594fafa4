"""Spec files, presets and options together: which of them wins, and the answers to mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.calling import DIGITS, Call, Misused

from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.options import parser
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.spec_file import read


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("trails = 3", "unknown key 'trails'; did you mean 'trials'?"),
        ("trials = '3'", "trials is '3'; expected int"),
        ("trials = 0", "trials is 0; it needs a time_budget or a budget, or give at least 1"),
        ("trials 3", "is not TOML"),
        ('searchers = ["optuna-tp"]', "did you mean 'optuna-tpe'?"),
        ('preset = "huge"', "preset is 'huge'; choose dev, paper, quick, small, standard, test"),
        ("preset = 3", "preset is 3; choose"),
    ],
)
def test_spec_file_with_a_mistake_is_refused(
    misused: Misused, tmp_path: Path, content: str, said: str
) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(content)
    assert said in misused("--grid", "--spec", spec)


def test_spec_file_that_is_not_there_is_named(misused: Misused, tmp_path: Path) -> None:
    assert "gone.toml: No such file" in misused("--grid", "--spec", tmp_path / "gone.toml")
    assert "Is a directory" in misused("--grid", "--spec", tmp_path)


def test_preset_that_is_no_name_is_misuse(misused: Misused, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = ["quick"]')
    assert "preset" in misused("--grid", "--spec", spec)


def asked(*argv: object) -> Grid:
    return asked_grid(parser().parse_args(["--grid", "--num-cpus", "64", *map(str, argv)]))


def test_options_win_over_the_spec_file_and_that_over_the_preset(tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = "standard"\ntrials = 5\nsearchers = "random"\n')
    grid = asked("--spec", spec, "--trials", "6")
    assert (grid.trials, grid.searchers) == (6, ("random",))
    assert grid.repetitions == PRESETS["standard"].repetitions
    assert asked() == PRESETS["quick"]
    assert asked("--preset", "paper") == PRESETS["paper"]


def test_preset_option_wins_over_the_spec_files(call: Call, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = "standard"\n')
    assert call("--grid", *DIGITS, "--spec", spec, "--preset", "quick", "--dry-run")[0] == 0


def test_who_names_the_data_gets_all_of_it_unless_a_size_is_named_too() -> None:
    assert asked("--data", "full").train_size == 0
    assert asked("--data", "full", "--train-size", 500).train_size == 500


def test_every_value_of_a_grid_has_an_option() -> None:
    grid = asked(
        *("--trainables", "free", "--searchers", "grid", "--schedulers", "asha", "--device", "all"),
        *("--trials", 2, "--epochs", 3, "--workers", 4, "--repetitions", 5, "--data", "full"),
        *("--train-size", 6, "--gpus-per-trial", 0.25, "--shared-initial-points", 1),
    )
    assert grid == Grid(("free",), ("grid",), ("asha",), "all", 2, 3, (4,), 5, "full", 6, 0.25, 1)


@pytest.mark.parametrize("words", [["asha,fifo"], ["asha", "fifo"], ["asha,", "fifo"]])
def test_names_may_be_separated_by_commas_or_blanks(words: list[str]) -> None:
    assert asked("--schedulers", *words).schedulers == ("asha", "fifo")


def test_default_workers_fit_the_cpus_that_there_are(call: Call, tmp_path: Path) -> None:
    assert call("--grid", *DIGITS, "--num-cpus", "1", "--name", "one")[0] == 0
    assert read(tmp_path / "runs/one/run.toml")["workers"] == 1
    assert call("--grid", *DIGITS, "--num-cpus", "9", "--name", "nine")[0] == 0
    assert read(tmp_path / "runs/nine/run.toml")["workers"] == PRESETS["quick"].workers[0]
