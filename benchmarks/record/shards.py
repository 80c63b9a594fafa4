"""Shards: a recording in progress as a folder of finished curves, which can be interrupted and resumed.

::

    recording.json            what is recorded; a folder holds one recording
    provenance.json           the environments that took part, one record each
    shards/<seed>-<n>.parquet curves that were trained together; n is their first configuration.  One row
                              an epoch of a configuration: config, seed, epoch, environment, trainer,
                              device, took (seconds of the trainer's process), metrics, diverged

A shard is written to a temporary name and renamed, so what is there is whole; its checksum is inside
(``results.store.sealed``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.core.seeding import canonical
from benchmarks.training.trainers import Curve, diverged
from results.errors import ResultsError
from results.files import replace_bytes
from results.locks import InUse, Lock
from results.store.documents import put_object, read_object, read_text
from results.store.provenance import records
from results.store.schema import NOISE_FREE
from results.store.sealed import read_sealed, sealed

PROVENANCE = ("environment", "trainer", "device", "took")  # columns on how a curve was trained


_REMEDY = "delete it, and the same command records it again"


class RecordingError(Exception):
    """A recording that cannot be made or go on; the message is one line that says what to do."""


@dataclass(frozen=True)
class RecordingSpec:
    """The content of a complete recording."""

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

    def __init__(self, folder: Path, recording: RecordingSpec) -> None:
        self.folder = folder
        try:
            self._lock = Lock(folder).hold()  # until this process ends, however it ends
        except InUse as error:
            raise RecordingError(f"another process records into it: {error.args[0]}") from error
        path = folder / "recording.json"
        text = canonical(asdict(recording))
        if path.exists() and (present := read_text(path, _REMEDY)) != text:
            self._lock.release()
            raise RecordingError(
                f"{folder} holds another recording ({present:.200}); give another --out, or delete it"
            )
        (folder / "shards").mkdir(exist_ok=True)
        replace_bytes(path, text.encode())

    def done(self) -> set[tuple[int, int]]:
        """Return (seed, configuration) of every curve that is there."""
        parts = [self._shard(path)[["seed", "config"]] for path in self._files()]
        return {pair for part in parts for pair in part.itertuples(index=False, name=None)}

    def write(
        self, seed: int, curves: Mapping[int, Curve], labels: Mapping[str, str], seconds: float
    ) -> None:
        """Store the curves of a block, by the index of their configuration, how made, and what it took.

        Raises:
            RecordingError: if a metric is called like a column of a recording.
        """
        curves = {config: [_metrics(report) for report in curve] for config, curve in curves.items()}
        columns = {"config", "seed", "epoch", "diverged", *PROVENANCE}
        reported = {name for curve in curves.values() for metrics in curve for name in metrics}
        if clashes := sorted(columns & reported):
            raise RecordingError(
                f"the trainable reports {', '.join(clashes)}, as columns of a recording are called; rename it"
            )
        each = seconds / sum(map(len, curves.values()))
        rows = [
            {"config": config, "seed": seed, "epoch": epoch, **labels, "took": each}
            | metrics
            | {"diverged": diverged(metrics)}
            for config, curve in curves.items()
            for epoch, metrics in enumerate(curve, 1)
        ]
        path = self.folder / "shards" / f"{seed}-{min(curves):05}.parquet"
        replace_bytes(path, sealed(pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)))

    def read(self) -> pd.DataFrame:
        """Return all that is there, sorted by configuration, seed and epoch."""
        parts = [self._shard(path) for path in self._files()]
        keys = ["config", "seed", "epoch"]
        return pd.concat(parts, ignore_index=True).sort_values(keys, ignore_index=True)

    def note(self, name: str, make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """Return the JSON object of this name next to the shards; make it first if missing."""
        path = self.folder / name
        if not path.exists():
            put_object(path, make())
        return read_object(path, "delete it, and run the command again")

    def environments(self) -> dict[str, Any]:
        """Return the records of the environments that took part."""
        return records(self.folder)

    def _shard(self, path: Path) -> pd.DataFrame:
        rows: pd.DataFrame = read_sealed(path, _REMEDY).to_pandas()
        if missing := [
            name for name in ("config", "seed", "epoch", *PROVENANCE, "diverged") if name not in rows
        ]:
            raise ResultsError(f"{path} is not part of a recording: it has no {missing[0]!r}; {_REMEDY}")
        return rows

    def _files(self) -> list[Path]:
        return sorted((self.folder / "shards").glob("[0-9]*.parquet"))


def _metrics(report: Mapping[str, float]) -> dict[str, float]:
    """Return the metrics of a report; the value without noise is for the store of a run alone."""
    return {name: value for name, value in report.items() if name != NOISE_FREE}
