"""Terminals, pipes and files that do not take what is printed: no command ends by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from results.console import Interrupted, code_of, refusal

SAY = """
import os, sys
from results.console import on_console

@on_console("prog")
def main(arguments, prog):
    for number in range(20_000):
        print(number, "\\u00b1 \\u2026 \\udc80")
    print("said", file=sys.stderr)
    open(os.environ["DONE"], "w").close()
    return 3 if "3" in sys.argv else 0

sys.exit(main())
"""


@pytest.fixture
def done(tmp_path: Path) -> Path:
    return tmp_path / "done"


def shell(line: str, done: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which ``$SAY`` is the program above."""
    given = os.environ | {"DONE": str(done), "SAY": SAY, "PYTHON": sys.executable} | environment
    command = ["bash", "-o", "pipefail", "-c", line.replace("SAY", '"$PYTHON" -c "$SAY"')]
    return subprocess.run(command, env=given, capture_output=True, check=False, timeout=60)


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "| head -1"])
def test_a_stream_that_nobody_reads_is_no_error(streams: str, done: Path) -> None:
    ran = shell(f"SAY {streams}", done)
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr and b"Exception" not in ran.stderr
    assert done.exists()
    assert shell(f"SAY 3 {streams}", done).returncode == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_is_incomplete_is_said_and_is_no_success(done: Path) -> None:
    ran = shell("SAY > /dev/full", done)
    assert ran.returncode == 1
    said = "prog: standard output: the disk is full (No space left on device); free some space"
    assert ran.stderr.decode().splitlines() == ["said", f"{said}; it is incomplete"]
    assert done.exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_an_encoding_lacks_is_written_with_backslashes(encoding: str, done: Path) -> None:
    ran = shell("SAY", done, PYTHONIOENCODING=encoding)
    assert ran.returncode == 0 and ran.stderr == b"said\n"
    [first, *_] = ran.stdout.splitlines()
    assert first.startswith(b"0 ") and first.endswith(b"\\udc80")


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """Else what a library prints would be written into results."""
    path = tmp_path / "results"
    code = (
        "import os, sys\nfrom results.console import steady_streams\nsteady_streams()\n"
        f"file = open({str(path)!r}, 'w')\nassert file.fileno() > 2\nos.write(1, b'some'), os.write(2, b'it')"
    )
    subprocess.run(["bash", "-c", '"$0" -c "$1" <&- >&- 2>&-', sys.executable, code], check=True, timeout=60)
    assert path.read_text() == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "a/b"), "a/b: the disk is full (No space left on device)"),
        (OSError(28, "Error writing bytes to file"), "runs/x: the disk is full (No space left on device)"),
        (PermissionError(13, "Permission denied", "a/b"), "a/b: Permission denied; check the path"),
        (OSError("one of ours, which says all"), "one of ours, which says all"),
    ],
)
def test_a_refusal_names_the_place_and_what_to_do(error: OSError, said: str) -> None:
    told = refusal(error, "runs/x")
    assert told.startswith(said) and "\n" not in told


def test_an_exit_code_tells_the_signal() -> None:
    assert code_of(KeyboardInterrupt()) == 130
    assert [code_of(Interrupted(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == [
        130,
        143,
        129,
    ]
