"""A journal survives the end of its writer, and damage costs what is damaged."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from helpers.trained_curves import content, files, fill, head, process, trained

from benchmarks.curves.live import records
from benchmarks.curves.live.journal import read_journal
from benchmarks.curves.live.store import CurveStore
from results.errors import ResultsError

WRITER = """
import sys
from pathlib import Path
from helpers.trained_curves import head, trained
from benchmarks.curves.live.store import CurveStore
store = CurveStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10**6):
    for epoch in range(1, 4):
        store.add(head(number), trained(epoch))
        sys.stdout.write(f"{number} {epoch}\\n")
        sys.stdout.flush()
    if number % 40 == 39:
        store.compact()
"""


def abandoned(folder: Path) -> Path:
    """Make a store whose process has ended without closing it, and return its journal."""
    store = CurveStore(folder)
    fill(store, 2, 3)
    [journal] = folder.glob("journal-*")
    return journal


def test_a_journal_that_was_cut_anywhere_keeps_every_whole_line(tmp_path: Path) -> None:
    journal = abandoned(tmp_path / "whole")
    whole = journal.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == ord("\n")]
    epochs = [place for place in ends if b'"epoch":' in whole[: place + 1].splitlines()[-1]]
    for length in range(len(whole) + 1):
        cut, notes = tmp_path / "cut.jsonl", list[str]()
        read = sum("epoch" in record for record in read_journal(cut, whole[:length], notes))
        assert read == sum(end <= length for end in epochs) and not notes, length
        if length % 500 == 1:
            folder = tmp_path / str(length)
            folder.mkdir()
            (folder / journal.name).write_bytes(whole[:length])
            store = CurveStore(folder)
            assert store.epochs_read == read and store.notes == []
            store.add(head(7), trained(1))
            store.close()
            assert CurveStore(folder).epochs_read == read + 1


@pytest.mark.parametrize(("line", "left"), [(0, 3), (1, 3), (3, 3), (4, 4), (7, 5)])
def test_a_damaged_line_costs_itself_and_what_hangs_on_it(tmp_path: Path, line: int, left: int) -> None:
    # The lines: curve 0, its 1; curve 1, its 1; then 2 and 3 of each in turn.
    journal = abandoned(tmp_path)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 8
    place = len(lines[line]) // 2
    lines[line] = lines[line][:place] + bytes([lines[line][place] ^ 1]) + lines[line][place + 1 :]
    journal.write_bytes(b"".join(lines))
    store = CurveStore(tmp_path)
    assert store.epochs_read == left
    assert f"line {line + 1} does not fit its checksum" in store.notes[0]


def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(records, "FORM", records.FORM + 1)
        abandoned(tmp_path)
    with pytest.raises(
        ResultsError, match=r"journal-\S+ was written by a newer version of tunegrid; update that"
    ):
        CurveStore(tmp_path)


def test_a_journal_of_a_living_process_is_read_and_left(tmp_path: Path) -> None:
    first = CurveStore(tmp_path)
    fill(first, 2, 2)
    second = CurveStore(tmp_path)
    assert content(second) == content(first)
    assert len(files(tmp_path, "journal-*")) == 1 and files(tmp_path, "*/*.parquet") == []
    second.add(head(0), trained(3))  # goes on where the other one is
    second.add(head(9), trained(1))
    second.close()
    first.add(head(0), trained(3))  # which both do
    first.add(head(0), trained(4))
    first.close()
    third = CurveStore(tmp_path)
    assert third.notes == [] and third.epochs_read == 2 * 2 + 2 + 1
    assert [epoch.epoch for epoch in third.epochs(head(0).key)] == [1, 2, 3, 4]
    assert files(tmp_path, "journal-*") == [] and len(files(tmp_path, "*/*.parquet")) == 2


def test_a_child_of_the_writer_neither_holds_nor_writes_its_journal(tmp_path: Path) -> None:
    store = CurveStore(tmp_path)
    store.add(head(0), trained(1))
    [mine] = tmp_path.glob("journal-*")
    child = os.fork()
    if not child:  # what follows must not come back into pytest
        try:
            store.add(head(0), trained(2))
            store.add(head(1), trained(1))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert len(files(tmp_path, "journal-*")) == 2
    mine.unlink()
    reader = CurveStore(tmp_path)  # the child's lines say themselves whose they are
    assert reader.heads().keys() == {head(0).key, head(1).key} and reader.epochs_read == 1


@pytest.mark.slow
def test_nothing_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    chance = random.Random(0)
    said: set[tuple[int, int]] = set()
    for kill in range(20):
        with process(WRITER, tmp_path, kill * 10_000) as writer:
            assert writer.stdout
            said.add(spoken(writer.stdout.readline()))
            time.sleep(chance.uniform(0, 0.3))
            writer.send_signal(signal.SIGKILL)
            lines = writer.stdout.read().splitlines(keepends=True)
        said.update(spoken(line) for line in lines if line.endswith("\n"))
        store = CurveStore(tmp_path)
        missing = [
            (number, epoch)
            for number, epoch in said
            if epoch not in [one.epoch for one in store.epochs(head(number).key)]
        ]
        assert not missing and store.notes == []
        assert store.epochs_read <= len(said) + kill + 1
    assert len(said) > 1000
    assert files(tmp_path, "journal-*") == []


def spoken(line: str) -> tuple[int, int]:
    number, epoch = line.split()
    return int(number), int(epoch)


def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    writers = [process(WRITER, tmp_path, first) for first in (0, 100_000)]
    for writer in writers:
        assert writer.stdout
        writer.stdout.readline()
    said: list[set[tuple[int, int]]] = []
    reader = CurveStore(tmp_path)
    time.sleep(1.0)
    assert CurveStore(tmp_path).epochs_read >= reader.epochs_read >= 2
    for writer in writers:
        writer.kill()
        assert writer.stdout
        said.append({spoken(line) for line in writer.stdout.read().splitlines() if line.count(" ") == 1})
        writer.communicate()
    store = CurveStore(tmp_path)
    assert all(said) and store.notes == []
    for number, epoch in set.union(*said):
        assert epoch <= len(store.epochs(head(number).key)), (number, epoch)
    assert files(tmp_path, "journal-*") == []
