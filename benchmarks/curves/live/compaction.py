"""Compaction: the journals of a curve store, put into Parquet by one process at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.curves.live import segments
from benchmarks.curves.live.journal import content_of, is_orphan, journals, owner_of, unnamed
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.reading import apply
from results.locks import InUse, Lock

#: A segment with fewer epochs is written together with the next one.
SMALL_SEGMENT = 50_000
LOOK_S = 0.05  # at a lock that another process holds
_KEY_OF_LINE = re.compile(rb'^\{"(?:curve|key|forget)":"(\w+)"', re.MULTILINE)


def living(folder: Path) -> set[str]:
    """Return the owners of the journals that processes are writing."""
    return {owner_of(path) for path in journals(folder) if not is_orphan(path)}


def compact(folder: Path, notes: list[str], own: Path | None = None, patience: float = 0.0) -> None:
    """Put all journals into Parquet, and delete those that nobody writes.

    Lines of living processes are taken too, as others may go on where they end; they are read again later,
    without a difference.

    Args:
        folder: of the store.
        notes: gets what is left out, in words.
        own: a journal of this process, which is deleted too.
        patience: seconds to wait for another process that does the same.

    Raises:
        InUse: if that one takes longer.
        ResultsError: if a file is damaged.
        OSError: if it cannot be written; all is as it was then.
    """
    with locked(folder, patience):
        there = journals(folder)
        done = [path for path in there if path == own or is_orphan(path)]
        contents = {path: content_of(path) for path in there}
        if any(contents[path] for path in done):
            _merge(folder, contents, notes)
        for path in (*done, *unnamed(folder)):
            path.unlink(missing_ok=True)


def _merge(folder: Path, contents: Mapping[Path, bytes], notes: list[str]) -> None:
    """Write what journals say into one segment, with the small ones and those of the same curves."""
    touched = {key.decode() for content in contents.values() for key in _KEY_OF_LINE.findall(content)}
    there = segments.segments(folder)
    merged, replaced = KnownCurves(), []
    for number, segment in there.items():
        if segment.epochs < SMALL_SEGMENT or not touched.isdisjoint(segment.heads):
            segments.read_into(merged, folder, segment)
            replaced.append(number)
    apply(folder, contents, merged, notes)
    segments.write(folder, merged, replaced, there)


def locked(folder: Path, patience: float) -> Lock:
    """Return the lock, which is held, of the folder.

    Raises:
        InUse: if another process holds it for ``patience`` seconds.
    """
    end = time.monotonic() + patience
    while True:
        try:
            return Lock(folder).hold()
        except InUse:
            if time.monotonic() >= end:
                raise
        time.sleep(LOOK_S)
