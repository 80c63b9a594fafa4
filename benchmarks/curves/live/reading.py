"""Reading of a curve store's folder, which changes nothing in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from benchmarks.curves.live import segments
from benchmarks.curves.live.journal import content_of, journals, read_journal
from benchmarks.curves.live.known import KnownCurves


def read(folder: Path, notes: list[str]) -> KnownCurves:
    """Return the curves in a folder; what is left out is said in ``notes``.

    Journals are read first, as their writers delete them when all is in Parquet.

    Raises:
        ResultsError: if a file is damaged, or of a newer version.
    """
    texts = {path: content_of(path) for path in journals(folder)}
    curves = segments.read_all(folder, notes)
    apply(folder, texts, curves, notes)
    return curves


def apply(folder: Path, texts: Mapping[Path, bytes], curves: KnownCurves, notes: list[str]) -> None:
    """Add to the curves what journals with these contents say.

    Raises:
        ResultsError: if a newer version has written one.
    """
    for path, content in texts.items():
        for record in read_journal(path, content, notes):
            curves.apply(record)
    if curves.lost:
        notes.append(f"{folder}: {curves.lost} epochs are left out, since what comes before them is missing")


def bytes_of_curves(folder: Path) -> int:
    """Return the bytes of the Parquet files and the journals."""
    total = 0
    for file in (*journals(folder), *folder.glob("*/*.parquet")):
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
