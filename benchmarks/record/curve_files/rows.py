"""Rows of a file of learning curves, as every reader returns them, and the values of their cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.record.shards import RecordingError

ABSENT = ("", "na", "n/a", "null", "none")  # texts of a cell in which nothing was written


class CurveFileError(RecordingError):
    """A file of which no table can be made; the message is one line that names the row."""


@dataclass(frozen=True)
class Roles:
    """The roles of the columns of a file, by name; "" where no column has it.

    Attributes:
        metric: the tuned metric.
        mode: "min" or "max".
        test_metric: measured on test data, never shown to a searcher.
        epoch: number of the epoch, or another fidelity (see ``levels``).
        seed: of repeated trainings of a configuration.
        seconds: of the epoch.
        clock: seconds since the trial began.
        first_epoch: what the file calls the first epoch.
        levels: whether the sorted distinct values of ``epoch`` are the epochs 1, 2, ...
        divide_by: number by which metric and test metric are divided.
        source: origin and licence of the data.
    """

    metric: str = ""
    mode: str = ""
    test_metric: str = ""
    epoch: str = "epoch"
    seed: str = ""
    seconds: str = ""
    clock: str = ""
    first_epoch: int = 1
    levels: bool = False
    divide_by: float = 1.0
    source: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are no hyperparameters."""
        named = (self.metric, self.test_metric, self.epoch, self.seed, self.seconds, self.clock)
        return tuple(name for name in named if name)


@dataclass(frozen=True)
class CurveRows:
    """The rows of a file: columns of cells, texts or plain numbers, one row an epoch of a configuration.

    Attributes:
        columns: the cells by column; all columns have the same length.
        places: where each row is, for errors, such as "line 17".
        roles: of the columns, as far as the format says.
        space: the search space that the format documents; None: that of a user.
        measured: further columns that the format documents as measured, so no hyperparameters.
    """

    columns: Mapping[str, Sequence[Any]]
    places: Sequence[str]
    roles: Roles = field(default_factory=Roles)
    space: Mapping[str, Any] | None = None
    measured: frozenset[str] = frozenset()


def number_in(cell: Any) -> float | None:
    """Return the number in a cell, NaN and infinities too; None if nothing is written there.

    Raises:
        ValueError: for any other text.
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise ValueError(f"{cell!r} is not a number")
    if isinstance(cell, int | float):
        return float(cell)
    text = str(cell).strip()
    return None if text.lower() in ABSENT else float(text)


def numbers(rows: CurveRows, name: str) -> list[float | None]:
    """Return a column of numbers; None where nothing is written.

    Raises:
        CurveFileError: for another text, with its row.
    """
    found = []
    for place, cell in zip(rows.places, rows.columns[name], strict=True):
        try:
            found.append(number_in(cell))
        except ValueError:
            raise CurveFileError(
                f"{place}: {name} is {str(cell)[:40]!r}; expected a number, or nan where training diverged"
            ) from None
    return found


def finite(value: float | None) -> bool:
    """Return whether a number is there and finite."""
    return value is not None and math.isfinite(value)
