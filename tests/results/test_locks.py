"""A lock is one process's, says whose it is, and is gone with its holder, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from results import ResultsError
from results.locks import Lock, locked

HOLDER = """
import subprocess, sys
from pathlib import Path
from results.locks import locked
with locked(Path(sys.argv[1])):
    child = subprocess.Popen(["sleep", "600"])
    print(child.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock of ``tmp_path/run`` until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "run")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_the_second_is_told_who_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with holder:
        assert holder.stdout and holder.stdin
        child = int(holder.stdout.readline())
        with pytest.raises(
            ResultsError, match=rf"run is in use by process {holder.pid} on \S+ since 20"
        ) as said:
            locked(tmp_path / "run").hold()
        assert "\n" not in str(said.value)
        os.kill(child, signal.SIGKILL)
        holder.stdin.close()
    with locked(tmp_path / "run"):
        pass
    assert list((tmp_path / "run").iterdir()) == []


def test_the_lock_of_a_killed_process_is_none_though_its_children_live(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with holder:
        assert holder.stdout
        child = int(holder.stdout.readline())
        holder.kill()
        holder.wait()
        try:
            with locked(tmp_path / "run"):  # the file is still there, and says who held it
                pass
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_forked_child_does_not_hold_the_lock_of_its_parent(tmp_path: Path) -> None:
    lock = Lock(tmp_path).hold()
    context = multiprocessing.get_context("fork")
    begun, go_on = context.Event(), context.Event()
    child = context.Process(target=lambda: (begun.set(), go_on.wait(60)))
    child.start()
    assert begun.wait(60)
    lock.forget()  # as if this process were killed
    with locked(tmp_path):
        pass
    go_on.set()
    child.join()


def test_the_lock_of_a_file_lies_beside_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    with (
        locked(one, file=True),
        locked(other, file=True),
        pytest.raises(ResultsError, match=r"one\.parquet is in use"),
    ):
        locked(one, file=True).hold()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_is_said_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(descriptor: int, operation: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("results.locks.fcntl.flock", none)
    with locked(tmp_path):
        pass
    [line] = caplog.messages
    assert "has no locks (No locks available); let nothing else write there" in line


def test_of_many_that_start_at_once_one_has_it_at_a_time(tmp_path: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from results import ResultsError
from results.locks import locked
folder, end = Path(sys.argv[1]), time.monotonic() + 1.0
while time.monotonic() < end:
    try:
        with locked(folder):
            made = os.open(folder / "inside", os.O_CREAT | os.O_EXCL)
            os.close(made)
            (folder / "inside").unlink()
    except ResultsError:
        pass
"""
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
