"""Files are whole or absent: what happens when the disk is full while results are drawn and written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.synthetic import make_run

from results.files import NotWritten, check_place, replace, replace_text


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    replace_text(path, "old\n")

    def broken(file: Path) -> None:
        file.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(NotWritten, match=r"a\.txt cannot be written: No space left on device"):
        replace(path, broken)
    assert path.read_text() == "old\n"
    assert [file.name for file in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("place", [".", "file/a.txt", "file/new/a.txt"])
def test_a_place_that_would_be_refused_after_the_work_is_refused_before(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    for attempt in (check_place, lambda path: replace_text(path, "text")):
        with pytest.raises(OSError, match=str(tmp_path)):
            attempt(tmp_path / place)


def test_a_place_is_checked_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_place(tmp_path / "file")
    check_place(tmp_path / "new" / "folder" / "a.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_another_error_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def broken(file: Path) -> None:
        file.write_text("half")
        raise ValueError("no such colour")

    with pytest.raises(ValueError, match="no such colour"):
        replace(tmp_path / "a.txt", broken)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), 3, 2, 2, clean=True)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 kB."""
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(tmp_path)],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("mounting a small disk takes a superuser")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize(
    "words",
    [
        ["results.figures", "--only", "heatmap", "gantt", "--out"],
        ["results.tables", "--out"],
        ["results.report", "--open", "no", "--out"],
        ["results.paper", "--out"],
    ],
    ids=lambda words: words[0],
)
def test_a_full_disk_is_one_line_and_no_partial_file(words: list[str], run: Path, full: Path) -> None:
    out = full / ("report.html" if "report" in words[0] else "out")
    (full / "room").write_bytes(bytes(24_000))
    done = subprocess.run(
        [sys.executable, "-m", words[0], str(run), *words[1:], str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(full) in done.stderr
    assert "No space left on device" in done.stderr
    files = [file for file in full.rglob("*") if file.is_file()]
    assert all(file.stat().st_size for file in files)
    assert not [file for file in files if file.name.startswith(".tmp-")]
