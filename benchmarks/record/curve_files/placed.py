"""Rows of a file, each placed at its configuration, seed and epoch; rows that say the same thing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.record.curve_files.epochs import MeasuredRows
from benchmarks.record.curve_files.rows import CurveFileError

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Positions of a file's rows in a table.

    Attributes:
        row_of: the row of each epoch, shape (configurations, seeds, epochs); -1 where there is none.
        repeated: how many rows were left out, since another says the same.
    """

    row_of: Indices
    repeated: int

    def cells(self, column: Floats) -> Floats:
        """Return a column's values in the shape of the table; NaN where there is no row."""
        found: Floats = np.where(self.row_of < 0, np.nan, column[self.row_of])
        return found

    def marked(self, column: Bools) -> Bools:
        """Return a column's marks in the shape of the table; False where there is no row."""
        found: Bools = (self.row_of >= 0) & column[self.row_of]
        return found


def place(
    of_row: Sequence[int],
    measured: MeasuredRows,
    places: Sequence[str],
    most_epochs: int | None,
    most_seeds: int | None,
) -> Placed:
    """Return where each row lies; later epochs and further seeds than asked for are left out.

    Args:
        of_row: configuration of each row.
        measured: what each row has.
        places: of the rows, for errors.
        most_epochs, most_seeds: of the table; None: all.

    Raises:
        CurveFileError: for two rows of one epoch that differ, for more epochs than there are.
    """
    configs = np.asarray(of_row, dtype=np.int64)
    seeds = _seed_indices(configs, measured.seeds)
    rows = _distinct(configs, seeds, measured, places)
    there = int(measured.epochs.max())
    if most_epochs and most_epochs > there:
        raise CurveFileError(f"--epochs is {most_epochs}, and the file has {there}; ask for no more")
    last = most_epochs or there
    kept = rows[(measured.epochs[rows] <= last) & (seeds[rows] < (most_seeds or len(configs)))]
    row_of = np.full((int(configs.max()) + 1, int(seeds[kept].max()) + 1, last), -1, dtype=np.int64)
    row_of[configs[kept], seeds[kept], measured.epochs[kept] - 1] = kept
    return Placed(row_of, len(configs) - len(rows))


def _seed_indices(configs: Indices, seeds: Sequence[str] | None) -> Indices:
    """Return the index of each row's seed: one for a label wherever configurations share their labels."""
    if seeds is None:
        return np.zeros(len(configs), np.int64)
    labels, index = np.unique(np.asarray(seeds), return_inverse=True)
    pairs = sorted(set(zip(configs.tolist(), index.tolist(), strict=True)))
    own: dict[int, list[int]] = {}
    for config, label in pairs:
        own.setdefault(config, []).append(label)
    if max(map(len, own.values())) == len(labels):
        return index.astype(np.int64)
    rank = {(config, label): i for config, held in own.items() for i, label in enumerate(held)}
    return np.array([rank[pair] for pair in zip(configs.tolist(), index.tolist(), strict=True)])


def _distinct(configs: Indices, seeds: Indices, measured: MeasuredRows, places: Sequence[str]) -> Indices:
    """Return the rows without those that say again what another one says."""
    seen: dict[tuple[int, int, int], int] = {}
    keys = zip(configs.tolist(), seeds.tolist(), measured.epochs.tolist(), strict=True)
    for row, key in enumerate(keys):
        first = seen.setdefault(key, row)
        for name, column in measured.values.items() if first != row else ():
            one, other = float(column[first]), float(column[row])
            if one != other and not (np.isnan(one) and np.isnan(other)):
                hint = "name" if measured.seeds is None else "check"
                raise CurveFileError(
                    f"{places[first]} and {places[row]} are both epoch {key[2]} of one configuration, with "
                    f"{name} {one:g} and {other:g}; delete one, or {hint} the --seed-column of repetitions"
                )
    return np.array(list(seen.values()), dtype=np.int64)
