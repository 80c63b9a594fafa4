"""Programs as processes: they rest when told to, and end with their trial, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.program.process import Process

PATIENCE_S = 30.0
COUNTS = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def members(group: int) -> list[str]:
    """Return the states of the processes in a group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(fields[0])
    return found


def test_it_works_in_its_folder_and_its_lines_are_read(tmp_path: Path) -> None:
    with Process(
        ["sh", "-c", "pwd; echo two; echo three >&2; exit 4"], tmp_path, tmp_path / "err"
    ) as program:
        assert list(program.lines()) == [str(tmp_path), "two"]
        assert program.code() == 4
        assert program.last_errors() == "three\n"


def test_it_rests_with_all_that_it_has_started_and_goes_on(tmp_path: Path) -> None:
    with Process(["sh", "-c", COUNTS], tmp_path, tmp_path / "err") as program:
        lines = program.lines()
        next(lines)
        program.rest()
        # D: a shell that has just made a process, which is stopped before it runs another program
        until(lambda: set(members(program.group)) in ({"T"}, {"T", "D"}))
        program.go_on()
        assert [next(lines) for _ in range(3)]
    until(lambda: not members(program.group))


def test_what_it_has_started_ends_when_it_ends(tmp_path: Path) -> None:
    with Process(["sh", "-c", "sleep 1000 & echo started"], tmp_path, tmp_path / "err") as program:
        assert list(program.lines()) == ["started"]  # though sleep holds the output open
        assert program.code() == 0
        until(lambda: not members(program.group))


@pytest.mark.parametrize("resting", [False, True])
def test_it_ends_when_the_process_of_its_trial_is_killed(tmp_path: Path, resting: bool) -> None:
    program = "echo begins; trap '' PIPE; sleep 1000"
    trial = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from benchmarks.program.process import Process\n"
            f"program = Process(['sh', '-c', {program!r}], Path('.'), Path('err'))\n"
            f"next(program.lines()); {resting} and program.rest(); print(program.group, flush=True)\n"
            "time.sleep(1000)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert trial.stdout is not None
    group = int(trial.stdout.readline())
    assert members(group)
    os.kill(trial.pid, signal.SIGKILL)
    trial.wait()
    trial.stdout.close()
    until(lambda: not members(group))


def test_a_program_that_is_killed_says_so(tmp_path: Path) -> None:
    with Process(["sh", "-c", "kill -TERM $$"], tmp_path, tmp_path / "err") as program:
        assert not list(program.lines())
        assert program.code() == -signal.SIGTERM
