"""A disk that is full while a run is stored, drawn or reported: one line, and nothing lost."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ended, Place
from conftest import Places
from killing import NAME, UNDISTURBED, Reference, Story, finish, grid, uninterrupted
from mounts import fill, small_disk
from stored import committed
from tally import Tally

import results

pytestmark = pytest.mark.faults

SIZE = "size=24m"
#: Bytes that are left when the run begins: from nothing at all to nearly what it needs.
LEFT = (0, 4096, 8192, 16384, 24576, 32768, 49152, 65536, 81920, 98304, 131072, 163840)
#: Files and folders that the disk has room for: from none to those of the first batch and one more.
FILES = (1, 3, 6, 8, 10, 12)
OPTIONS = grid("virtual", 3)
COMMANDS = {
    "drawing": ("results.figures", "--only", "heatmap", "incumbent"),
    "reporting": ("results.report", "--open", "no"),
    "tables": ("results.tables",),
}


@pytest.fixture(scope="module")
def whole_place(places: Places) -> Place:
    return places("whole")


@pytest.fixture(scope="module")
def reference(whole_place: Place) -> Reference:
    return uninterrupted(whole_place, OPTIONS)


@pytest.mark.parametrize("left", LEFT)
def test_a_run_whose_disk_is_full_says_so_and_can_be_resumed(
    left: int, reference: Reference, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    if LEFT.index(left) >= share(len(LEFT)):
        pytest.skip("a share of the harness only")
    place = places("full")
    with small_disk(place.runs, SIZE):
        filler = fill(place.runs, left)
        full = place.run(*OPTIONS, name=NAME)
        kept = committed(place.runs / NAME)
        readable = len(results.load(place.runs / NAME).experiments) if kept else 0
        filler.unlink()
        story = Story()
        finish(place, reference, story)
        after = committed(place.runs / NAME)
        story.changed = sum(after.get(path) != file for path, file in kept.items())
    fits = full.code == 0
    wrong = not (fits or (says_so(full) and ("resume with" in full.said or not readable)))
    tally.add(
        "disk",
        "storing",
        times=1,
        full=not fits,
        wrong_answers=wrong,
        not_resumed=story.unresumed,
        lost=story.end.lost,
        twice=story.end.twice,
        unequal=story.end.unequal,
        stored_files_changed=story.changed,
    )
    assert not wrong, full
    assert not story.unresumed, story.said
    assert (story.end, story.changed) == (UNDISTURBED, 0)


def says_so(ended: Ended) -> bool:
    """Tell whether a command that could not write has said that the disk is full, without a traceback."""
    return (
        ended.code not in (0, -6, -9, -11) and "Traceback" not in ended.said and "No space left" in ended.said
    )


@pytest.mark.parametrize("left", (0, 4096, 65536, 262144))
@pytest.mark.parametrize("what", COMMANDS)
@pytest.mark.usefixtures("reference")
def test_a_command_whose_disk_is_full_says_so_and_leaves_no_broken_file(
    what: str, left: int, whole_place: Place, places: Places, tally: Tally
) -> None:
    place = places("full")
    with small_disk(place.runs, SIZE):
        shutil.copytree(whole_place.runs / "whole", place.runs / NAME)
        module, *options = COMMANDS[what]
        out = place.runs / "out"
        target = out / "report.html" if what == "reporting" else out
        first = place.module(module, str(place.runs / NAME), *options, "--out", str(target))
        assert first.code == 0, first.said
        before = hashes(out)
        filler = fill(place.runs, left)
        second = place.module(module, str(place.runs / NAME), *options, "--out", str(target))
        broken = [name for name, file in hashes(out).items() if file != before.get(name) and not whole(name)]
        filler.unlink()
    fits = second.code == 0
    wrong = not (fits or says_so(second))
    tally.add("disk", what, times=1, full=not fits, wrong_answers=wrong, broken_files=len(broken))
    assert not wrong, second
    assert not broken


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, by its path."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def whole(name: str) -> bool:
    """Tell whether a picture or a page ends as it should."""
    data = Path(name).read_bytes()
    ends = {".png": b"IEND\xaeB`\x82", ".pdf": b"%%EOF", ".html": b"</html>"}
    return data.rstrip().endswith(ends.get(Path(name).suffix, b"")) and bool(data)


@pytest.mark.parametrize("files", FILES)
def test_a_disk_without_room_for_another_file_says_so_and_can_be_resumed(
    files: int, reference: Reference, places: Places, tally: Tally
) -> None:
    place = places("inodes")
    story = Story()
    with small_disk(place.runs, f"{SIZE},nr_inodes={files}"):
        full = place.run(*OPTIONS, name=NAME)
        _widen(place)
        finish(place, reference, story)
    wrong = not says_so(full)
    tally.add(
        "disk", "storing, no more files", times=1, full=1, wrong_answers=wrong, not_resumed=story.unresumed
    )
    assert not wrong, full
    assert not story.unresumed and story.end == UNDISTURBED, story


def _widen(place: Place) -> None:
    subprocess.run(["mount", "-o", f"remount,{SIZE},nr_inodes=100000", str(place.runs)], check=True)
