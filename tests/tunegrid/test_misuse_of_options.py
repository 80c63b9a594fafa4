"""Misuse of options: one line that says what to do, and nothing is run or written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers.calling import DIGITS, Call, Misused


@pytest.mark.parametrize(
    ("option", "wrong", "nearest"),
    [
        ("--searchers", "optuna-tp", "optuna-tpe"),
        ("--schedulers", "hyperban", "hyperband"),
        ("--trainables", "mnist-convent", "mnist-convnet"),
    ],
)
def test_unknown_name_is_answered_with_the_nearest(
    misused: Misused, tmp_path: Path, option: str, wrong: str, nearest: str
) -> None:
    said = misused("--grid", option, wrong)
    assert said == f"unknown {option[2:-1]} {wrong!r}; did you mean {nearest!r}?"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--trials", "--workers", "--repetitions"])
@pytest.mark.parametrize("value", ["0", "-1"])
def test_counts_below_one_are_refused(misused: Misused, tmp_path: Path, option: str, value: str) -> None:
    said = misused("--grid", option, value)
    assert said.startswith(f"{option[2:]} is {value}; it ") and said.endswith("at least 1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--train-size", "-1"),
        ("--shared-initial-points", "-1"),
        ("--shared-initial-points", "9"),
        ("--gpus-per-trial", "1.5"),
        ("--timeout", "0"),
        ("--stall", "-3"),
        ("--num-cpus", "0"),
        ("--num-gpus", "-1"),
        ("--jobs", "-1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_their_option(
    misused: Misused, option: str, value: str
) -> None:
    said = misused("--grid", option, value)
    assert option.lstrip("-").replace("-", "_") in said.replace("-", "_")
    assert value in said


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--grid", "--trials", "many"], "argument --trials: 'many' is not a whole number"),
        (["--grid", "--preset", "huge"], "invalid choice: 'huge'"),
        (["--grid", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["--grid", "--searcherz", "random"], "--searcherz"),
        (["--grid", "--list"], "not allowed with argument"),
        ([], "one of the arguments --grid --list is required"),
    ],
)
def test_what_argparse_refuses_takes_one_line_too(misused: Misused, argv: list[str], said: str) -> None:
    assert said in misused(*argv)


def test_more_workers_than_cpus_are_refused_with_both_ways_out(misused: Misused) -> None:
    said = misused("--grid", "--workers", "3", "--num-cpus", "2")
    assert said.startswith("3 workers need as many CPUs, and there are 2; ")
    assert "--workers" in said
    assert "--num-cpus" in said


def test_data_that_a_trainable_does_not_have_is_refused(misused: Misused) -> None:
    assert "digits-mlp has no data 'full'" in misused("--grid", *DIGITS, "--data", "full")


def test_share_of_a_gpu_that_is_no_number_is_misuse(misused: Misused) -> None:
    assert "gpus" in misused("--grid", "--gpus-per-trial", "nan")


@pytest.mark.parametrize("nothing", ["", ","])
def test_names_that_name_nothing_are_misuse(misused: Misused, nothing: str) -> None:
    assert "searchers" in misused("--grid", "--searchers", nothing)


# Names and folders


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "", "a..b", "-x", "a b", "/tmp/x", "a\n", "ä"])
def test_run_name_must_be_a_plain_one(misused: Misused, tmp_path: Path, name: str) -> None:
    said = misused("--grid", f"--name={name}")
    assert said.startswith(f"run name {name!r} is not plain")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "a-b_c.1", "2026", "_x"])
def test_plain_run_names_are_taken(call: Call, carried_out: list[tuple[Path, list[Any]]], name: str) -> None:
    assert call("--grid", *DIGITS, f"--name={name}")[0] == 0
    assert carried_out[0][0] == Path("runs", name)


def test_runs_without_a_name_are_called_by_date_and_time(
    call: Call, carried_out: list[tuple[Path, list[Any]]]
) -> None:
    assert call("--grid", *DIGITS)[0] == 0
    assert re.fullmatch(r"\d{8}-\d{6}", carried_out[0][0].name)


def test_existing_folder_is_refused_and_left_alone(misused: Misused, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "mine"
    folder.mkdir(parents=True)
    (folder / "precious").write_text("results")
    said = misused("--grid", *DIGITS, "--name", "mine", "--out", tmp_path / "out")
    assert str(folder) in said
    assert "--resume" in said
    assert [path.name for path in folder.iterdir()] == ["precious"]


def test_folder_that_cannot_be_written_is_named_with_the_cause(misused: Misused, tmp_path: Path) -> None:
    # Not a folder without the write bit: the superuser, as whom containers often run, may write there.
    # Nobody can make a folder below a regular file.
    file = tmp_path / "file"
    file.write_text("")
    said = misused("--grid", *DIGITS, "--out", file / "deeper", "--name", "x")
    assert str(file) in said
    assert "Not a directory; check the path and its permissions" in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_file_system_that_takes_no_folders_is_named_with_the_cause(misused: Misused) -> None:
    # /proc takes no folders from anybody, the superuser included.
    said = misused("--grid", *DIGITS, "--out", "/proc/tunegrid", "--name", "x")
    assert "/proc" in said
    assert "check the path and its permissions" in said


def test_run_name_that_the_file_system_refuses_is_misuse(misused: Misused) -> None:
    assert "File name too long" in misused("--grid", *DIGITS, "--name", "x" * 300)
