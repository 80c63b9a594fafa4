"""Recorded tables on disk: learning curves, their configurations, a fitted model, and a card.

::

    curves.parquet   one row an epoch: config, seed, epoch, the trainable's metrics, diverged
    configs.parquet  one row a configuration: config, json, x0 ... (encoded), w0 ... (weights of the surface)
    model.npz        the arrays of the model between the configurations
    card.json        the page for readers: provenance, errors on held-out configurations, constants, checksums

Version 0.1 kept the model's arrays in the card; such tables are read as they are.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from benchmarks.core.errors import DataError
from benchmarks.curves.recorded.card import CARD, CONFIGS, CURVES, MODEL, invalid, sealed_card
from benchmarks.curves.recorded.model_arrays import ModelArrays
from results.errors import first_line
from results.files import replace_bytes
from results.store.documents import parsed

SHIPPED = Path(__file__).parents[2] / "trainables" / "tables"
FILES = (CURVES, CONFIGS, MODEL)
KEYS = ("config", "seed", "epoch")
FLAGS = ("diverged",)


@dataclass(frozen=True)
class RecordedTable:
    """A recorded table.

    Attributes:
        card: the content of ``card.json``.
        configs: one row a configuration, in order.
        curves: one row an epoch, sorted by configuration, seed and epoch; none is missing.
        model: the arrays of the model between the configurations.
    """

    card: dict[str, Any]
    configs: pd.DataFrame
    curves: pd.DataFrame
    model: ModelArrays

    @cached_property
    def metrics(self) -> list[str]:
        """The names of the metrics that the trainable reports."""
        return [name for name in self.curves.columns if name not in (*KEYS, *FLAGS)]

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of configurations, seeds and epochs."""
        return len(self.configs), int(self.card["seeds"]), int(self.card["epochs"])

    def values(self, name: str) -> npt.NDArray[Any]:
        """Return one column of the curves, shape (configurations, seeds, epochs)."""
        return self.curves[name].to_numpy().reshape(self.shape)


@cache
def read(folder: Path) -> RecordedTable:
    """Return the table in a folder, checked against its card; a process reads it once.

    Raises:
        DataError: if a file is missing, damaged or foreign.
    """
    card = card_of(folder)
    frames = [_frame(folder / name, card["sha256"][name]) for name in (CURVES, CONFIGS)]
    table = RecordedTable(card, configs=frames[1], curves=frames[0], model=_model(folder, card))
    if reason := _misfit(table):
        raise DataError(f"{folder / CURVES} is not what its card says: {reason}; record the table again")
    return table


@cache
def card_of(folder: Path) -> dict[str, Any]:
    """Return a table's card.

    Raises:
        DataError: if it is missing, damaged or not a card.
    """
    path = folder / CARD
    content = _bytes(path)
    try:
        card = parsed(content.decode())
        if reason := invalid(card):
            raise ValueError(reason)
    except ValueError as error:
        raise DataError(
            f"{path} is not the card of a table: {first_line(error)}; record the table again"
        ) from error
    checked: dict[str, Any] = card
    return checked


def write(folder: Path, table: RecordedTable) -> None:
    """Write a table, its card last; the checksums are added to it."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        CURVES: _parquet(table.curves),
        CONFIGS: _parquet(table.configs),
        MODEL: table.model.to_bytes(),
    }
    for name, content in contents.items():
        replace_bytes(folder / name, content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    replace_bytes(folder / CARD, sealed_card(table.card, sums).encode())


def extract_model(folder: Path) -> None:
    """Move the model's arrays of a table of version 0.1 from its card into a file; the rest stays as it is.

    Raises:
        DataError: if the table cannot be read.
    """
    table = read(folder)
    content = table.model.to_bytes()
    replace_bytes(folder / MODEL, content)
    sums = {name: table.card["sha256"][name] for name in (CURVES, CONFIGS)}
    sums[MODEL] = hashlib.sha256(content).hexdigest()
    replace_bytes(folder / CARD, sealed_card(ModelArrays.taken_out(table.card), sums).encode())


def _misfit(table: RecordedTable) -> str:
    """Return how the files of a table differ from its card; "" if they agree."""
    expected = [*KEYS, *FLAGS, *table.card["metrics"]]
    if missing := [name for name in expected if name not in table.curves]:
        return f"it has no column {missing[0]!r}"
    configs, seeds, epochs = table.shape
    if configs != table.card["configs"] or len(table.curves) != configs * seeds * epochs:
        return f"{len(table.curves)} rows for {configs} configurations, {seeds} seeds and {epochs} epochs"
    return ""


def _parquet(frame: pd.DataFrame) -> bytes:
    floats = [column for column in frame.columns if frame[column].dtype == np.float32]
    content = io.BytesIO()
    frame.to_parquet(
        content,
        index=False,
        compression="zstd",
        compression_level=19,
        use_dictionary=[column for column in frame.columns if column not in floats],
        column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
    )
    return content.getvalue()


def _frame(path: Path, checksum: str) -> pd.DataFrame:
    content = _checked(path, checksum)
    try:
        return pd.read_parquet(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path} is not a Parquet file ({first_line(error)}); record it again") from error


def _model(folder: Path, card: dict[str, Any]) -> ModelArrays:
    if MODEL not in card["sha256"]:
        try:
            return ModelArrays.from_card(card)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{folder / CARD} has no model ({error!r:.200}); record it again") from error
    content = _checked(folder / MODEL, card["sha256"][MODEL])
    try:
        return ModelArrays.from_bytes(content)
    except ValueError as error:
        raise DataError(f"{folder / MODEL} is not a model ({first_line(error)}); record it again") from error


def _checked(path: Path, checksum: str) -> bytes:
    """Return the content of a file that has this SHA-256."""
    content = _bytes(path)
    actual = hashlib.sha256(content).hexdigest()
    if actual != checksum:
        raise DataError(
            f"{path} is damaged: SHA-256 {actual}, expected {checksum}; "
            "install the package again, or record the table again"
        )
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; {_remedy(path)}") from error


def _remedy(path: Path) -> str:
    if path.is_relative_to(SHIPPED):
        return "install the package again"
    return "give the folder of a table, or record it: python -m benchmarks.record"
