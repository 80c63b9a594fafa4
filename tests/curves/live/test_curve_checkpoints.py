"""Checkpoints stay under their bound, and the least worth goes first."""

from __future__ import annotations

from pathlib import Path

from helpers.trained_curves import files, head, process, trained

from benchmarks.curves.live.store import CurveStore

A, B = head(0xA).key, head(0xB).key

UNFINISHED = """
import sys
from pathlib import Path
from benchmarks.curves.live.store import CurveStore
store = CurveStore(Path(sys.argv[1]))
folder = store.new_checkpoint()
(folder / "half").write_bytes(b"x")
print(folder, flush=True)
sys.stdin.read()
"""


def keep(store: CurveStore, key: str, epoch: int, size: int = 100, record: bool = False) -> None:
    """Keep a checkpoint of this size, in two files."""
    folder = store.new_checkpoint()
    assert folder.is_dir() and not list(folder.iterdir())
    (folder / "model").mkdir()
    (folder / "model" / "weights").write_bytes(bytes([epoch]) * (size - 1))
    (folder / "more").write_bytes(b"x")
    store.keep_checkpoint(key, epoch, folder, record=record)
    assert not folder.exists()


def kept(store: CurveStore) -> dict[str, list[int]]:
    return {name: list(store.checkpoints(key)) for name, key in (("A", A), ("B", B))}


def test_a_checkpoint_is_found_again_by_who_opens_the_folder(tmp_path: Path) -> None:
    store = CurveStore(tmp_path)
    keep(store, A, 3)
    keep(store, A, 5, size=50, record=True)
    found = store.checkpoint(A, 3)
    assert found and (found / "model" / "weights").read_bytes() == b"\x03" * 99
    assert (found.stat().st_dev, store.checkpoint(A, 4), store.checkpoint(B, 3)) == (
        tmp_path.stat().st_dev,
        None,
        None,
    )
    again = CurveStore(tmp_path)
    assert again.checkpoint(A, 3) == found and again.checkpoints(A) == [3, 5]
    assert again.checkpoints_bytes == store.checkpoints_bytes == 150
    keep(again, A, 3, size=10)  # in place of the other one
    assert again.checkpoints_bytes == 60 and again.checkpoints(A) == [3, 5]


def test_the_passed_go_first_then_records_then_the_last_and_of_each_the_longest_unused(
    tmp_path: Path,
) -> None:
    store = CurveStore(tmp_path, most_bytes=800)
    for key, epoch in ((A, 1), (A, 2), (B, 1), (B, 2), (B, 3), (A, 3), (A, 4), (B, 4)):
        keep(store, key, epoch, record=epoch == 2)
    assert store.checkpoints_bytes == 800 and store.checkpoints_evicted == 0
    store.checkpoint(A, 1)  # used again
    gone, before = [], kept(store)
    for bytes_left in range(700, 0, -100):
        smaller = CurveStore(tmp_path, most_bytes=bytes_left)
        smaller.close(unfinished=[A, B])
        assert smaller.checkpoints_bytes == bytes_left and smaller.checkpoints_evicted == 1
        now = kept(smaller)
        gone += [(one, epoch) for one in "AB" for epoch in before[one] if epoch not in now[one]]
        before = now
    assert gone == [("B", 1), ("B", 3), ("A", 3), ("A", 1), ("A", 2), ("B", 2), ("A", 4)]
    assert store.checkpoint(A, 1) is None and store.checkpoint(B, 4) is not None


def test_the_bound_holds_at_every_moment_and_the_newest_is_kept(tmp_path: Path) -> None:
    store = CurveStore(tmp_path, most_bytes=350)
    for epoch in range(1, 8):
        keep(store, A, epoch, record=epoch == 2)
        assert store.checkpoints_bytes <= 350 and epoch in store.checkpoints(A)
    assert store.checkpoints(A) == [2, 6, 7] and store.checkpoints_evicted == 4
    keep(store, B, 1, size=300)
    assert kept(store) == {"A": [], "B": [1]}
    smaller = CurveStore(tmp_path, most_bytes=200)
    keep(smaller, A, 9)
    assert kept(smaller) == {"A": [9], "B": []}


def test_one_that_is_larger_than_the_bound_is_not_kept_and_said_once(tmp_path: Path) -> None:
    store = CurveStore(tmp_path, most_bytes=150)
    keep(store, A, 1)
    keep(store, B, 1, size=151)
    keep(store, B, 2, size=2000)
    assert kept(store) == {"A": [1], "B": []}
    [note] = store.notes
    assert "more than 150 bytes are not kept" in note and "(151 bytes)" in note


def test_closing_drops_what_no_later_run_can_want(tmp_path: Path) -> None:
    store = CurveStore(tmp_path)
    for key in (A, B):
        for epoch in (1, 2, 3):
            keep(store, key, epoch, record=epoch == 2)
    store.close(unfinished=[B])
    assert kept(store) == kept(CurveStore(tmp_path)) == {"A": [2, 3], "B": [1, 2, 3]}
    CurveStore(tmp_path).close()
    assert kept(CurveStore(tmp_path)) == {"A": [2, 3], "B": [2, 3]}


def test_closing_leaves_the_checkpoints_of_another_process_that_is_at_work(tmp_path: Path) -> None:
    other, mine = CurveStore(tmp_path), CurveStore(tmp_path)
    other.add(head(0xB), trained(1))
    keep(other, B, 1)
    keep(other, B, 2)
    keep(mine, A, 1)
    keep(mine, A, 2)
    mine = CurveStore(tmp_path)
    mine.checkpoint(A, 2)
    mine.close()
    assert kept(CurveStore(tmp_path)) == {"A": [2], "B": [1, 2]}
    other.close()


def test_several_processes_share_the_bound(tmp_path: Path) -> None:
    first, second = (CurveStore(tmp_path, most_bytes=1000) for _ in range(2))
    for epoch in range(1, 9):
        keep(first, A, epoch)
        keep(second, B, epoch)
    assert CurveStore(tmp_path).checkpoints_bytes <= 1100


def test_unfinished_folders_are_removed_when_their_process_is_gone(tmp_path: Path) -> None:
    with process(UNFINISHED, tmp_path) as writer:
        assert writer.stdout and writer.stdin
        folder = Path(writer.stdout.readline().strip())
        CurveStore(tmp_path)
        assert (folder / "half").exists()
        writer.kill()
        writer.wait()
    CurveStore(tmp_path)
    assert not folder.exists()
    assert files(tmp_path, "journal-*") == []
