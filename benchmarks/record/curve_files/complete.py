"""Complete curves of the rows that a file has: diverged epochs, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from benchmarks.record.curve_files.epochs import MeasuredRows
from benchmarks.record.curve_files.placed import Bools, Floats, Indices, Placed, place
from benchmarks.record.curve_files.rows import CurveFileError

Missing = Literal["error", "fill", "drop", "diverged"]
CHOICES: tuple[Missing, ...] = get_args(Missing)


@dataclass(frozen=True)
class WantedTable:
    """The table that is asked for; None: as many as the file has.

    Attributes:
        epochs: of each curve; later ones are left out.
        seeds: of each configuration; further ones are left out.
        missing: what becomes of epochs and seeds that are missing.
    """

    epochs: int | None = None
    seeds: int | None = None
    missing: Missing = "error"


@dataclass
class CompleteCurves:
    """Complete curves of a table.

    Attributes:
        kept: indices of the configurations that the table has, in order.
        values: metric -> shape (kept, seeds, epochs), finite.
        diverged: the same shape; what was not finite.
        notes: what was done to the rows, a clause each.
    """

    kept: list[int]
    values: dict[str, Floats]
    diverged: Bools
    notes: list[str] = field(default_factory=list)


@dataclass
class _Marks:
    """Marks of epochs, shape (configurations, seeds, epochs), and of seeds, (configurations, seeds)."""

    absent: Bools
    diverged: Bools
    there: Bools
    notes: list[str]


def complete(
    of_row: Sequence[int], measured: MeasuredRows, places: Sequence[str], mode: str, wanted: WantedTable
) -> CompleteCurves:
    """Return complete curves.

    A curve whose last row is diverged stays diverged.  What else is missing is refused, filled (linearly
    between epochs, else with the nearest one; seeds with another of the configuration), dropped (each
    configuration that lacks an epoch or a seed) or taken as diverged, as ``wanted.missing`` says.

    Args:
        of_row: configuration of each row.
        measured: what each row has.
        places: of the rows, for errors.
        mode: "min" or "max"; a diverged epoch gets the worst finite value of its metric.
        wanted: the table.

    Raises:
        CurveFileError: as above, and for rows that contradict each other.
    """
    placed = place(of_row, measured, places, wanted.epochs, wanted.seeds)
    state = _state(placed, measured)
    if wanted.missing == "error":
        _refuse(state, placed.row_of, places, measured.metric)
    elif wanted.missing == "drop":
        _drop(state)
    elif wanted.missing == "diverged":
        _diverge(state)
    kept = np.flatnonzero(state.there.any(1))
    if not len(kept):
        raise CurveFileError("no configuration is complete; choose another --missing, or fewer --epochs")
    absent, diverged, there = state.absent[kept], state.diverged[kept], state.there[kept]
    notes = state.notes + _counted(absent & there[:, :, None], "missing epochs filled")
    notes += _counted(~there, "missing seeds filled with another one of the configuration")
    source = _seed_sources(there)[:, :, None]
    values = {}
    for name, column in measured.values.items():
        cells = np.where(absent, np.nan, placed.cells(column)[kept])
        values[name] = np.take_along_axis(_filled(cells, diverged, mode, name), source, 1)
    diverged = np.take_along_axis(diverged, source, 1)
    notes += _counted(diverged.any(2), "curves diverged")
    return CompleteCurves(kept.tolist(), values, diverged, notes)


def _state(placed: Placed, measured: MeasuredRows) -> _Marks:
    """Return what is absent and what is diverged, a diverged curve to its end."""
    tuned = placed.cells(measured.values[measured.metric])
    absent: Bools = (placed.row_of < 0) | placed.marked(measured.absent)
    diverged: Bools = ~np.isfinite(tuned) & ~absent
    there: Bools = np.array(~absent.all(2), dtype=np.bool_)
    epochs = absent.shape[2]
    last = epochs - 1 - (~absent[:, :, ::-1]).argmax(2)
    ended = np.take_along_axis(diverged, last[:, :, None], 2) & there[:, :, None]
    tail = ended & (np.arange(epochs) > last[:, :, None])
    notes = ["rows left out, which say what another row says"] if placed.repeated else []
    return _Marks(absent & ~tail, diverged | tail, there, [f"{placed.repeated:,} {n}" for n in notes])


def _drop(state: _Marks) -> None:
    """Leave out each configuration that lacks an epoch or a seed."""
    whole = (state.there & ~state.absent.any(2)).all(1)
    state.there[~whole] = False
    state.notes += _counted(~whole, "configurations left out, which lack an epoch or a seed")


def _diverge(state: _Marks) -> None:
    """Take the missing epochs of curves that are there as diverged."""
    missing: Bools = state.absent & state.there[:, :, None]
    state.diverged = state.diverged | missing
    state.absent = state.absent & ~missing
    state.notes += _counted(missing, "missing epochs taken as diverged")


def _refuse(state: _Marks, row_of: Indices, places: Sequence[str], metric: str) -> None:
    """Raise CurveFileError for the first curve that lacks an epoch, or configuration that lacks a seed."""
    advice = "complete the file, or say what that means with --missing fill, drop or diverged"
    short = np.argwhere(state.absent.any(2) & state.there)
    if len(short):
        config, seed = short[0]
        epoch = int(state.absent[config, seed].argmax())
        rows = row_of[config, seed]
        if rows[epoch] >= 0:
            raise CurveFileError(f"{places[rows[epoch]]}: {metric} is empty; {advice}")
        curves = "one curve lacks" if len(short) == 1 else f"{len(short):,} curves lack"
        raise CurveFileError(
            f"{places[int(rows[rows >= 0][-1])]}: its configuration has no epoch {epoch + 1} of "
            f"{len(rows)}, and {curves} some; {advice} (--levels if epochs are numbered 5, 10, 15)"
        )
    few = np.argwhere(~state.there)
    if len(few):
        config = int(few[0][0])
        rows = row_of[config]
        count, most = int(state.there[config].sum()), state.there.shape[1]
        raise CurveFileError(
            f"{places[int(rows[rows >= 0][0])]}: its configuration has {count} of {most} seeds; {advice}, or "
            f"give --seeds {int(state.there.sum(1).min())}"
        )


def _seed_sources(there: Bools) -> Indices:
    """Return which seed of its configuration stands for each seed, itself where it is there."""
    source = np.tile(np.arange(there.shape[1]), (len(there), 1))
    for config in np.flatnonzero(~there.all(1)):
        own = np.flatnonzero(there[config])
        source[config] = np.where(there[config], source[config], own[source[config] % len(own)])
    return source


def _filled(cells: Floats, diverged: Bools, mode: str, name: str) -> Floats:
    """Return curves without NaN: diverged epochs have the worst value, others lie between neighbours."""
    known = np.isfinite(cells)
    if not known.any():
        raise CurveFileError(f"{name} has no finite value in any row; correct the file, or leave it out")
    worst = cells[known].max() if mode == "min" else cells[known].min()
    flat = np.where(diverged & ~known, worst, cells).reshape(-1, cells.shape[2])
    epochs = np.arange(flat.shape[1])
    for curve in np.flatnonzero(~np.isfinite(flat).all(1)):
        finite = np.isfinite(flat[curve])
        flat[curve] = np.interp(epochs, epochs[finite], flat[curve][finite]) if finite.any() else worst
    return flat.reshape(cells.shape)


def _counted(mask: npt.ArrayLike, what: str) -> list[str]:
    """Return how many are marked as a clause, if any are."""
    count = int(np.count_nonzero(mask))
    return [f"{count:,} {what}"] if count else []
