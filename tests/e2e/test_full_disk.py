"""A disk that is full while results are stored: what has finished stays, and the run goes on later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.commandline import CommandLine

pytestmark = pytest.mark.slow


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 kB, nearly full."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes a superuser")
    (tmp_path / "room").write_bytes(bytes(100_000))
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_full_disk_ends_the_run_with_the_line_that_resumes_it(
    command_line: CommandLine, full: Path
) -> None:
    asked = (
        "--engine",
        "virtual",
        "--trainables",
        "branin",
        "--searchers",
        "random",
        "--schedulers",
        "fifo,asha",
    )
    size = ("--trials", "60", "--epochs", "9", "--repetitions", "10", "--no-figures")
    first = command_line.run(*asked, *size, "--out", str(full), name="full")
    assert first.code == 1 and "Traceback" not in first.err
    assert str(full / "full") in first.out
    assert "the disk is full (No space left on device); free some space; " in first.out
    [printed] = [line for line in first.out.splitlines() if line.startswith("resume with: ")]
    (full / "room").unlink()
    subprocess.run(["mount", "-o", "remount,size=20m", str(full)], check=True)
    second = command_line.finish(
        command_line.popen(["bash", "-c", printed.removeprefix("resume with: ")]), "full"
    )
    assert second.code == 0, second.err
    assert "20 of 20 experiments answered (20 ok)" in second.out
