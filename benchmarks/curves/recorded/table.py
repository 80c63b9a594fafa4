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
import pyarrow as pa

from benchmarks.core.errors import DataError
from benchmarks.suite.constants import Constants
from results.errors import first_line
from results.files import replace_bytes
from results.store.documents import digest, parsed

SHIPPED = Path(__file__).parents[2] / "trainables" / "tables"
FILES = ("curves.parquet", "configs.parquet")
CARD = "card.json"
KEYS = ("config", "seed", "epoch")
FLAGS = ("diverged",)
#: What a card must have, besides what only its maker knows.
_KINDS: dict[str, type] = {
    **dict.fromkeys(("trainable", "metric", "mode", "data"), str),
    **dict.fromkeys(("configs", "seeds", "epochs", "train_size"), int),
    **dict.fromkeys(("space", "cost", "constants", "model", "sha256"), dict),
    "metrics": list,
}


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
        try:
            frames.append(pd.read_parquet(io.BytesIO(content)))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DataError(f"{folder / name} is no table ({first_line(error)}); record it again") from error
    table = Table(card, configs=frames[1], curves=frames[0])
    if why := _unfit(table):
        raise DataError(f"{folder / FILES[0]} is not what its card says: {why}; record the table again")
    return table


@cache
def card_of(folder: Path) -> dict[str, Any]:
    """Return a table's card.

    Raises:
        DataError: if there is none, or it is damaged or no card.
    """
    path = folder / CARD
    content = _bytes(path)
    try:
        card = parsed(content.decode())
        if why := _no_card(card):
            raise ValueError(why)
    except ValueError as error:
        raise DataError(f"{path} is no table's card: {first_line(error)}; record the table again") from error
    found: dict[str, Any] = card
    return found


def _no_card(card: Any) -> str:
    """Return why something is no card, or is one that was changed; "" for a card."""
    if not isinstance(card, dict):
        return "it is no JSON object"
    for name, kind in _KINDS.items():
        if not isinstance(card.get(name), kind) or isinstance(card[name], bool):
            return f"it has no {name}"
    if CARD in card["sha256"] and card["sha256"][CARD] != _sum(card):
        return "it does not fit its checksum"
    if {*card["sha256"]} - {*FILES, CARD} or not {*FILES} <= {*card["sha256"]}:
        return f"its checksums are not those of {', '.join(FILES)}"
    if card["mode"] not in ("min", "max") or card["metric"] not in card["metrics"]:
        return "its metric or mode is none"
    if min(card["configs"], card["seeds"], card["epochs"]) < 1:
        return "it says that nothing was recorded"
    numbers = [*card["constants"].values(), card["cost"].get("median_seconds")]
    plain = all(isinstance(one, int | float) for one in numbers)
    return "" if plain and {*card["constants"]} == {*Constants._fields} else "its constants are no numbers"


def _sum(card: dict[str, Any]) -> str:
    """Return the checksum of a card, which is one of its checksums."""
    sums = {name: found for name, found in card["sha256"].items() if name != CARD}
    return digest(card | {"sha256": sums})


def _unfit(table: Table) -> str:
    """Return in what the files of a table are not what its card says; "" if in nothing."""
    wanted = [*KEYS, *FLAGS, *table.card["metrics"]]
    if missing := [name for name in wanted if name not in table.curves]:
        return f"it has no column {missing[0]!r}"
    configs, seeds, epochs = table.shape
    if configs != table.card["configs"] or len(table.curves) != configs * seeds * epochs:
        return f"{len(table.curves)} rows for {configs} configurations, {seeds} seeds and {epochs} epochs"
    return ""


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
        replace_bytes(folder / name, content.getvalue())
        sums[name] = hashlib.sha256(content.getvalue()).hexdigest()
    card = json.loads(json.dumps(table.card | {"sha256": sums}))  # as it is read
    card["sha256"][CARD] = _sum(card)
    replace_bytes(folder / CARD, (json.dumps(card, indent=1) + "\n").encode())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; {_remedy(path)}") from error


def _remedy(path: Path) -> str:
    if path.is_relative_to(SHIPPED):
        return "install the package again"
    return "give the folder of a table, or record it: python -m benchmarks.record"
