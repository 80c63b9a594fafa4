"""``--max-time`` ends a run that can go on; ``--notify`` hears of failures and ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.commandline import CommandLine

from benchmarks import run
from results import Store

GRID = (
    *("--engine", "virtual", "--trainables", "branin", "--searchers", "random", "--schedulers", "fifo"),
    *("--trials", "4", "--epochs", "3", "--no-figures", "--jobs", "1"),
)
HEARD = 'echo "$TUNEGRID_EVENT|$TUNEGRID_SUMMARY" >> "$TUNEGRID_RUN/heard"'


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def statuses(folder: Path) -> list[str]:
    return [str(row["status"]) for row in Store(folder).read("experiments").to_pylist()]


def test_a_run_that_is_out_of_time_goes_on_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("runs/short")
    asked = [*GRID, "--name", "short", "--repetitions", "2000"]
    run.run([*asked, "--max-time", "6s"])
    out = capsys.readouterr().out
    assert "--max-time 6s is over" in out
    assert "tunegrid run --resume --name short" in out
    before = len(statuses(folder))
    assert before < 2000
    run.run(["--resume", "--name", "short", "--no-figures", "--max-time", "6s"])
    assert before < len(statuses(folder)) < 2000
    assert not list(folder.glob(".tmp-*"))


def test_a_command_hears_of_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run([*GRID, "--name", "heard", "--notify", HEARD]) == 0
    [told] = Path("runs/heard/heard").read_text().splitlines()
    assert told.startswith("end|1 of 1 experiments answered (1 ok)")


def test_a_command_hears_of_the_first_failure_alone(command_line: CommandLine, tmp_path: Path) -> None:
    unlucky = tmp_path / "unlucky.py"
    unlucky.write_text("def unlucky(setup):\n    raise RuntimeError('no luck')\n")
    words = [word if word != "random" else f"{unlucky}:unlucky" for word in GRID]
    ill = command_line.run(*words, "--repetitions", "2", "--notify", HEARD, name="ill")
    assert ill.code == 1, ill.err
    failure, end = (ill.folder / "heard").read_text().splitlines()
    assert failure.startswith("failure|branin unlucky x fifo cpu #")
    assert "failed: RuntimeError: no luck" in failure
    assert end.startswith("end|2 of 2 experiments answered (2 failed)")


def test_a_command_that_fails_is_said_and_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run([*GRID, "--name", "wrong", "--notify", "exit 3"]) == 0
    assert "--notify 'exit 3' ended with code 3" in capsys.readouterr().out
