"""Temporary folders that a killed program leaves are removed by the next one, and nobody else's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.core import scratch
from benchmarks.core.scratch import LOCK, MOST_CHARACTERS, _strays, base, end_strays, scratch_folder, sweep

OWNER = """
import sys, time
from benchmarks.core import scratch
with scratch.scratch_folder() as folder:
    (folder / "deep").mkdir()
    (folder / "deep" / "file").touch()
    print(folder, scratch.of_process(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short folder for temporary files, which is the only one."""
    folder = Path(tempfile.mkdtemp(prefix="s-", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(scratch, "SPARE", ())
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def owner(place: Path) -> tuple[subprocess.Popen[str], list[Path]]:
    """Start a program that owns two folders."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        env=os.environ | {"TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, [Path(name) for name in process.stdout.readline().split()]


def test_folders_of_the_killed_are_removed_and_those_of_the_living_stay(place: Path) -> None:
    killed, lost = owner(place)
    living, kept = owner(place)
    assert sweep() == []
    assert {(folder / LOCK).read_text().split()[0] for folder in kept} == {str(living.pid)}
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert sorted(sweep()) == sorted(lost)
    assert not any(folder.exists() for folder in lost) and all(folder.exists() for folder in kept)
    living.communicate("")
    assert list(place.iterdir()) == []  # it removes its own


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process was given")
def test_processes_that_the_killed_have_left_are_ended(place: Path) -> None:
    killed, [folder, _] = owner(place)
    left = subprocess.Popen(["sleep", "600"], env=os.environ | {"TMPDIR": str(folder)})
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert folder in sweep()
    assert left.wait(10) == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process was given")
def test_a_process_that_has_just_been_started_is_a_stray_too(tmp_path: Path) -> None:
    """For a moment after its start, longer on a busy machine, a process has no environment to be known by."""
    with ThreadPoolExecutor(4) as starters:
        ended = list(starters.map(lambda number: end_one(tmp_path / str(number)), range(100)))
    assert ended == [-signal.SIGKILL] * len(ended)


def end_one(folder: Path) -> int:
    """Start a process with this folder as its TMPDIR, end it as a stray, and return how it ended."""
    left = subprocess.Popen(["sleep", "600"], env=os.environ | {"TMPDIR": str(folder)})
    end_strays(folder)
    try:
        return left.wait(5)
    finally:
        left.kill()


def test_a_folder_is_removed_however_its_use_ends(place: Path) -> None:
    with pytest.raises(ValueError, match="planted"), scratch_folder() as folder:
        (folder / "file").touch()
        raise ValueError("planted")
    assert list(place.iterdir()) == []


def test_what_is_no_such_folder_is_left_alone(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).touch()
    (place / "tg-link").symlink_to(elsewhere)
    (place / "tg-without-lock").mkdir()
    (place / "tg-file").touch()
    assert sweep() == []
    assert {path.name for path in place.iterdir()} == {"elsewhere", "tg-link", "tg-without-lock", "tg-file"}
    assert (elsewhere / LOCK).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only a superuser has another's folder")
def test_another_users_folder_is_left_alone(place: Path) -> None:
    (place / "tg-theirs").mkdir()
    (place / "tg-theirs" / LOCK).touch()
    os.chown(place / "tg-theirs", 65534, 65534)
    assert sweep() == []


@pytest.mark.parametrize("name", ["x" * 100, "with blank", "schöne-Ablage"])
def test_where_no_socket_can_lie_another_place_is_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked = place / name
    asked.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(asked))
    monkeypatch.setattr(scratch, "SPARE", ("/nowhere", str(place)))
    assert base() == place
    monkeypatch.setattr(scratch, "SPARE", ())
    with pytest.raises(
        OSError, match=f"set TMPDIR to a folder of at most {MOST_CHARACTERS} plain characters"
    ):
        base()


def test_strays_that_start_others_meanwhile_end_too(tmp_path: Path) -> None:
    """As Ray's raylet does, which starts workers while its cluster is taken down."""
    breeding = "while :; do sleep 30 & sleep 0.002; done"
    parents = [
        subprocess.Popen(["sh", "-c", breeding], env=os.environ | {"TMPDIR": str(tmp_path)}) for _ in range(3)
    ]
    time.sleep(0.2)
    end_strays(tmp_path)
    assert _strays(tmp_path)[0] == []
    assert [parent.wait() for parent in parents] == [-signal.SIGKILL] * 3


@pytest.mark.parametrize("name", [LOCK, "log"])
def test_who_looks_at_a_file_of_a_lost_folder_is_no_stray_of_it(place: Path, name: str) -> None:
    killed, lost = owner(place)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    (lost[0] / "log").write_text("read me")
    program = f"import sys; file = open({str(lost[0] / name)!r}); print('open', flush=True); sys.stdin.read()"
    looking = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert looking.stdout is not None and looking.stdout.readline() == "open\n"
    assert lost[0] in sweep()
    looking.communicate()
    assert looking.returncode == 0
