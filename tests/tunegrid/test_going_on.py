"""Resuming by the command line: the same grid again, and nothing else."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from helpers.calling import DIGITS, Call, Misused

from benchmarks import run
from benchmarks.execution.carry_out import resume_command


def test_resume_without_a_name_is_refused(misused: Misused) -> None:
    assert "--name" in misused("--grid", "--resume")


def test_resume_of_a_run_that_is_not_there_names_the_folder(misused: Misused, tmp_path: Path) -> None:
    assert str(tmp_path / "gone") in misused("--grid", "--resume", "--name", "gone", "--out", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_resume_finishes_the_grid_that_the_run_was_started_with(
    call: Call, misused: Misused, carried_out: list[tuple[Path, list[Any]]]
) -> None:
    start = ("--grid", *DIGITS, "--trials", "5", "--repetitions", "3", "--name", "mine")
    assert call(*start)[0] == 0
    assert call("--grid", "--resume", "--name", "mine")[0] == 0
    assert call(*start, "--resume")[0] == 0  # the same again with --resume is the same
    first, second, third = carried_out
    assert first == second == third
    assert [e.trials for e in first[1]] == [5, 5, 5]
    carried_out.clear()
    assert "add --resume" in misused(*start)


@pytest.mark.parametrize(
    ("asked", "name", "was", "now"),
    [
        ("--trials 9", "trials", "8", "9"),
        ("--searchers grid", "searchers", "('random',)", "('grid',)"),
        ("--device all", "device", "'cpu'", "'all'"),
        ("--shared-initial-points 2", "shared_initial_points", "0", "2"),
        ("--same-start 2", "shared_initial_points", "0", "2"),
        ("--gpus-per-trial 0.25", "gpus_per_trial", "0.5", "0.25"),
    ],
)
def test_resume_with_another_grid_is_refused_and_names_what_differs(
    call: Call, misused: Misused, carried_out: list[Any], asked: str, name: str, was: str, now: str
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    carried_out.clear()
    said = misused("--grid", "--resume", "--name", "mine", *asked.split())
    assert f"run mine was started with {name} = {was}, not {now}" in said


def test_run_older_than_an_option_can_be_resumed(
    call: Call, carried_out: list[tuple[Path, list[Any]]], tmp_path: Path
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    stored = tmp_path / "runs/mine/run.toml"
    older = [line for line in stored.read_text().splitlines() if not line.startswith("same_start")]
    stored.write_text("\n".join(older))
    assert call("--grid", "--resume", "--name", "mine")[0] == 0
    assert carried_out[0] == carried_out[1]


def test_resume_with_another_preset_is_refused_too(
    call: Call, misused: Misused, carried_out: list[Any]
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    carried_out.clear()
    said = misused("--grid", "--resume", "--name", "mine", *DIGITS, "--preset", "standard")
    assert "trials = 8, not 27" in said


def test_conditions_may_change_on_resume(call: Call, carried_out: list[tuple[Path, list[Any]]]) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    changed = ("--timeout", "5", "--stall", "2", "--jobs", "1", "--actor-pool", "off", "--num-cpus", "7")
    assert call("--grid", "--resume", "--name", "mine", *changed)[0] == 0
    assert carried_out[0] == carried_out[1]


def test_same_command_resumes_where_the_preset_was_fitted_to_the_cpus(call: Call) -> None:
    command = ("--grid", "--preset", "quick", *DIGITS, "--num-cpus", "1", "--name", "mine")
    assert call(*command)[0] == 0
    assert call(*command, "--resume")[0] == 0


def test_resume_of_a_damaged_run_file_names_it(misused: Misused, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text("trials = ")
    assert "run.toml is not TOML" in misused("--grid", "--resume", "--name", "mine")


@pytest.mark.parametrize("out", ["runs", "my runs/it's"])
def test_command_that_is_printed_for_resuming_works(
    call: Call, carried_out: list[tuple[Path, list[Any]]], out: str
) -> None:
    argv = ["--grid", *DIGITS, "--name", "mine", "--out", out, "--data-dir", "a b"]
    assert call(*argv)[0] == 0
    args = run.parser().parse_args(argv)
    python, module, name, *words = shlex.split(resume_command(args, Path(out, "mine")))
    assert (python, module, name) == ("python", "-m", "benchmarks.run")
    assert run.parser().parse_args(words).data_dir == "a b"
    assert call(*words)[0] == 0
    assert carried_out[0] == carried_out[1]


def test_changes_are_accepted_when_going_on_alone(misused: Misused) -> None:
    assert "--accept-changes needs --resume" in misused(
        "--grid", *DIGITS, "--accept-changes", "--name", "mine"
    )


def test_printed_command_accepts_the_changes_again() -> None:
    words = shlex.split("--grid --resume --accept-changes --name mine")
    args = run.parser().parse_args(words)
    assert "--accept-changes" in shlex.split(resume_command(args, Path("runs/mine")))
