"""``--max-time`` ends a run that can go on; ``--notify`` hears of failures and ends."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_a_command_hears_of_the_first_failure_alone(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*GRID, "--name", "ill", "--repetitions", "2", "--timeout", "0.001", "--notify", HEARD]
    assert run.run(words) == 1
    failure, end = Path("runs/ill/heard").read_text().splitlines()
    assert failure.startswith("failure|branin random x fifo cpu #")
    assert "timeout: not finished after" in failure
    assert end.startswith("end|2 of 2 experiments answered (2 timeout)")


def test_a_command_that_fails_is_said_and_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run([*GRID, "--name", "wrong", "--notify", "exit 3"]) == 0
    assert "--notify 'exit 3' ended with code 3" in capsys.readouterr().out
