"""Contents of a folder of curves: what there is of each subject, and what is damaged; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.curves.live import segments
from benchmarks.curves.live.checkpoints import Checkpoints
from benchmarks.curves.live.columns import CURVES, EPOCHS
from benchmarks.curves.live.fullness import size
from benchmarks.curves.live.journal import journals
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.reading import bytes_of_curves, read
from results.errors import ResultsError

_UNBOUNDED = 2**63


@dataclass
class CurveCounts:
    """Counts of the curves of one subject, or of all.

    Attributes:
        curves: how many.
        epochs: that were trained, failures included.
        failed: curves that end with a failure.
        seconds: that their training took.
        checkpoints: how many are kept.
        checkpoints_bytes: that these take.
    """

    curves: int = 0
    epochs: int = 0
    failed: int = 0
    seconds: float = 0.0
    checkpoints: int = 0
    checkpoints_bytes: int = 0


@dataclass(frozen=True)
class Contents:
    """The contents of a folder of curves.

    Attributes:
        folder: its path.
        total: of all its curves.
        subjects: of the curves of each trainable in each version.
        curves_bytes: of its Parquet files and journals.
        notes: what is damaged or missing, in words.
    """

    folder: str
    total: CurveCounts
    subjects: dict[str, CurveCounts]
    curves_bytes: int
    notes: list[str]


def contents(folder: Path) -> Contents:
    """Return what a folder of curves has.

    Raises:
        ResultsError: if it is none, or a file is damaged.
    """
    check(folder)
    notes: list[str] = []
    curves = read(folder, notes)
    checkpoints = Checkpoints(folder, _UNBOUNDED, "nobody")
    total, subjects = CurveCounts(), dict[str, CurveCounts]()
    for key, head in curves.heads.items():
        for counts in (total, subjects.setdefault(head.subject, CurveCounts())):
            counts.curves += 1
            counts.checkpoints += len(checkpoints.epochs(key))
            counts.checkpoints_bytes += checkpoints.bytes_of(key)
    for key, stored in curves.stored():
        for counts in (total, subjects[curves.heads[key].subject]):
            counts.epochs += 1
            counts.failed += bool(stored.failure)
            counts.seconds += stored.seconds
    if checkpoints.bytes > total.checkpoints_bytes:
        unknown = size(checkpoints.bytes - total.checkpoints_bytes)
        notes.append(f"{folder}: {unknown} of checkpoints belong to curves that are not there")
    return Contents(str(folder), total, subjects, bytes_of_curves(folder), notes)


def faults(folder: Path) -> Iterator[str]:
    """Yield what is wrong with each file of a folder, and with each curve, in words.

    Raises:
        ResultsError: if it is not a folder of curves.
    """
    check(folder)
    damaged = False
    for table in (CURVES, EPOCHS):
        for number in segments.numbers(folder, table):
            try:
                segments.check(folder, table, number)
            except ResultsError as error:
                damaged = True
                yield str(error)
    if damaged:
        return
    notes: list[str] = []
    curves = read(folder, notes)
    yield from notes
    yield from _out_of_order(curves)


def _out_of_order(curves: KnownCurves) -> Iterator[str]:
    """Yield the curves whose epochs do not follow one another or cannot be read."""
    for key in sorted(curves.heads):
        try:
            epochs = [one.epoch for one in curves.trained(key)]
        except ValueError as error:
            yield f"curve {key}: a report cannot be read ({error})"
            continue
        first = curves.heads[key].branch + 1
        if epochs != list(range(first, first + len(epochs))):
            yield f"curve {key}: its epochs do not follow one another"


def check(folder: Path) -> None:
    """Refuse what is not a folder of curves.

    Raises:
        ResultsError: if it is none.
    """
    if not folder.exists():
        raise ResultsError(f"{folder} does not exist; give the folder of curves of a run with --engine live")
    tables = [folder / name for name in (CURVES, EPOCHS)]
    if not any(table.is_dir() for table in tables) and not journals(folder):
        raise ResultsError(f"{folder} is not a folder of curves; give that of a run with --engine live")
