"""A table on disk: recorded curves, the configurations, and a card that says how they were made.

::

    curves.parquet   one row an epoch: config, seed, epoch, the trainable's metrics, diverged
    configs.parquet  one row a configuration: config, json, seconds (of an epoch), weights (of the surface)
    card.json        provenance, checksums, what was learned, errors on held-out configurations, constants
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.trainables._errors import DataError

SHIPPED = Path(__file__).parent.parent / "trainables" / "tables"
FILES = ("curves.parquet", "configs.parquet")
KEYS = ("config", "seed", "epoch")
FLAGS = ("diverged",)


@dataclass(frozen=True)
class Table:
    """What a table's folder holds.

    Attributes:
        card: the content of ``card.json``.
        configs: one row a configuration, in order.
        curves: one row an epoch, sorted by configuration, seed and epoch; none is missing.
    """

    card: dict[str, Any]
    configs: pd.DataFrame
    curves: pd.DataFrame

    @cached_property
    def metrics(self) -> list[str]:
        """The names of what the trainable reports."""
        return [name for name in self.curves.columns if name not in (*KEYS, *FLAGS)]

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Configurations, seeds, epochs."""
        return len(self.configs), int(self.card["seeds"]), int(self.card["epochs"])

    def values(self, name: str) -> npt.NDArray[Any]:
        """Return one column of the curves, shape (configurations, seeds, epochs)."""
        return self.curves[name].to_numpy().reshape(self.shape)


@cache
def read(folder: Path) -> Table:
    """Return a table whose files are what its card says; a process reads it once.

    Raises:
        DataError: if a file is missing, damaged or foreign.
    """
    card = card_of(folder)
    frames = []
    for name in FILES:
        content = _bytes(folder / name)
        found = hashlib.sha256(content).hexdigest()
        if found != card["sha256"][name]:
            raise DataError(
                f"{folder / name} is damaged: SHA-256 {found}, expected {card['sha256'][name]}; "
                "install the package again, or record the table again"
            )
        frames.append(pd.read_parquet(io.BytesIO(content)))
    return Table(card, configs=frames[1], curves=frames[0])


@cache
def card_of(folder: Path) -> dict[str, Any]:
    """Return a table's card.

    Raises:
        DataError: if there is none, or it is no card.
    """
    path = folder / "card.json"
    try:
        card: dict[str, Any] = json.loads(_bytes(path))
        card["sha256"]["curves.parquet"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no table's card: {error!r}; record the table again") from error
    return card


def write(folder: Path, table: Table) -> None:
    """Write a table, its card last; the checksums are added to it."""
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    for name, frame in zip(FILES, (table.curves, table.configs), strict=True):
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
        (folder / name).write_bytes(content.getvalue())
        sums[name] = hashlib.sha256(content.getvalue()).hexdigest()
    (folder / "card.json").write_text(json.dumps(table.card | {"sha256": sums}, indent=1) + "\n")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; {_remedy(path)}") from error


def _remedy(path: Path) -> str:
    if path.is_relative_to(SHIPPED):
        return "install the package again"
    return "give the folder of a table, or record it: python -m benchmarks.record"
