"""A recording in progress: a folder of finished curves, so that it can be cut off and go on anywhere.

::

    recording.json            what is recorded; a folder holds one recording
    provenance.json           the environments that took part, one record each
    shards/<seed>-<n>.parquet curves that were trained together; n is their first configuration.  One row
                              an epoch of a configuration: config, seed, epoch, environment, trainer,
                              device, took (seconds of the trainer's process), metrics, diverged

A shard is written to a temporary name and renamed, so what is there is whole.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.record.trainers import Curve, diverged
from benchmarks.seeding import canonical

HOW = ("environment", "trainer", "device", "took")  # columns that say how a curve was made


class RecordingError(Exception):
    """A recording that cannot be made or go on; the message is one line that says what to do."""


@dataclass(frozen=True)
class Asked:
    """What a recording holds when it is complete."""

    trainable: str
    configs: int
    epochs: int
    seeds: int
    data: str
    train_size: int


class Shards:
    """The folder of a recording.

    Raises:
        RecordingError: if the folder holds another recording, or another process is at it.
    """

    def __init__(self, folder: Path, asked: Asked) -> None:
        self.folder = folder
        path = folder / "recording.json"
        text = canonical(asdict(asked))
        if path.exists() and path.read_text() != text:
            raise RecordingError(
                f"{folder} holds another recording ({path.read_text()}); give another --out, or delete it"
            )
        (folder / "shards").mkdir(parents=True, exist_ok=True)
        _write(path, text.encode())
        self._lock = (folder / "lock").open("w")  # held until this process ends, however it ends
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RecordingError(f"another process records into {folder}; wait for it, or end it") from error

    def done(self) -> set[tuple[int, int]]:
        """Return (seed, configuration) of every curve that is there."""
        parts = [pd.read_parquet(path, columns=["seed", "config"]) for path in self._files()]
        return {pair for part in parts for pair in part.itertuples(index=False, name=None)}

    def write(self, seed: int, curves: Mapping[int, Curve], made: Mapping[str, str], seconds: float) -> None:
        """Store the curves of a block, by the index of their configuration, how made, and what it took."""
        each = seconds / sum(map(len, curves.values()))
        rows = [
            {"config": config, "seed": seed, "epoch": epoch, **made, "took": each}
            | metrics
            | {"diverged": diverged(metrics)}
            for config, curve in curves.items()
            for epoch, metrics in enumerate(curve, 1)
        ]
        path = self.folder / "shards" / f"{seed}-{min(curves):05}.parquet"
        _write(path, pd.DataFrame(rows).to_parquet())

    def read(self) -> pd.DataFrame:
        """Return all that is there, sorted by configuration, seed and epoch."""
        parts = [pd.read_parquet(path) for path in self._files()]
        keys = ["config", "seed", "epoch"]
        return pd.concat(parts, ignore_index=True).sort_values(keys, ignore_index=True)

    def note(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is kept beside the shards under a name, as JSON; make it first if it is not there."""
        path = self.folder / name
        if not path.exists():
            _write(path, json.dumps(make(), indent=1).encode())
        return json.loads(path.read_text())

    def environments(self) -> dict[str, Any]:
        """Return the records of the environments that took part."""
        found: dict[str, Any] = json.loads((self.folder / "provenance.json").read_text())
        return found

    def _files(self) -> list[Path]:
        return sorted((self.folder / "shards").glob("[0-9]*.parquet"))


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
