"""A full disk under a curve store: one error that says what to do, and nothing that was added is lost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.trained_curves import content, fill, head, trained

from benchmarks.curves.live.fullness import StoreFull
from benchmarks.curves.live.store import CurveStore

SIZE = 1_000_000


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},nr_inodes=200", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes a superuser")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill_disk(folder: Path) -> Path:
    """Write a file that leaves nothing, and return it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    return filler


def add_until_full(store: CurveStore) -> tuple[int, str]:
    """Add epochs until there is no room, and return how many there were, and the error's text."""
    added = 0
    with pytest.raises(StoreFull) as said:
        for number in range(10_000):
            store.add(head(number), trained(1, {"text": "x" * 900}))
            added += 1
    return added, str(said.value)


def test_what_was_added_can_be_read_and_the_store_goes_on_when_there_is_room(small: Path) -> None:
    folder = small / "curves"
    store = CurveStore(folder)
    filler = fill_disk(small)
    os.truncate(filler, filler.stat().st_size - 20_000)
    added, said = add_until_full(store)
    assert 10 < added < 40 and store.epochs_added == added
    assert f"the disk of the curves in {folder} is full (No space left on device)" in said
    assert "KiB" in said and "--keep-checkpoints" in said and "--curves" in said and "\n" not in said
    with pytest.raises(StoreFull):
        store.add(head(99_999), trained(1, {"text": "x" * 900}))
    assert store.epochs_added == added == len(content(store))
    assert content(CurveStore(folder)) == content(store)
    with pytest.raises(StoreFull):
        store.close()
    left = CurveStore(folder)  # reads the orphan, which cannot be put into Parquet
    assert content(left) == content(store)
    assert any("the disk is full" in note for note in left.notes)
    filler.unlink()
    left.add(head(99_999), trained(1))
    left.close()
    again = CurveStore(folder)
    assert again.epochs_read == added + 1 and again.notes == []
    assert list(folder.glob("journal-*")) == []


def test_a_line_that_was_written_in_part_is_removed(small: Path) -> None:
    store = CurveStore(small / "curves")
    fill(store, 1, 1)
    filler = fill_disk(small)
    added = 0
    with pytest.raises(StoreFull):
        for number in range(1, 100):
            store.add(head(number), trained(1, {"text": "x" * 777}))
            added += 1
    os.truncate(filler, filler.stat().st_size - 20_000)
    store.add(head(500), trained(1))
    again = CurveStore(small / "curves")
    assert again.notes == [] and again.epochs_read == added + 2
    [journal] = (small / "curves").glob("journal-*")
    assert journal.read_bytes().count(b"\n") == 2 * (added + 2)


def test_checkpoints_make_room_for_epochs(small: Path) -> None:
    store = CurveStore(small / "curves")
    fill(store, 1, 1)
    for epoch in range(1, 9):
        kept = store.new_checkpoint()
        (kept / "weights").write_bytes(bytes(50_000))
        store.keep_checkpoint(head(0).key, epoch, kept, record=epoch == 1)
    fill_disk(small)
    for number in range(1, 100):
        store.add(head(number), trained(1, {"text": "x" * 900}))
    assert store.checkpoints_evicted >= 2 and store.checkpoints(head(0).key)[-1] == 8
    store.close()
    assert CurveStore(small / "curves").epochs_read == 100


def test_a_disk_without_another_file_is_full_too(small: Path) -> None:
    store = CurveStore(small / "curves")
    fill(store, 1, 1)
    made = []
    with pytest.raises(StoreFull, match="give --keep-checkpoints a smaller size"):
        for _ in range(500):
            made.append(store.new_checkpoint())  # noqa: PERF401 - up to the error
    assert len(made) > 50
    store.add(head(1), trained(1))
    assert CurveStore(small / "curves").epochs_read == 2
    with pytest.raises(StoreFull):
        CurveStore(small / "other")
