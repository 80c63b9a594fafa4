"""Stored baselines: a side as one Parquet file, with a format version and a checksum.

The columns are those of ``sides``; the file's metadata ``tunegrid.baseline`` holds format, name, checksum of
all values and environments as JSON, so that ``pandas.read_parquet`` alone can read the experiments.  The file
is sealed too (``results.store.sealed``); older ones are not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from results.errors import ResultsError, first_line
from results.files import replace_bytes
from results.gate.sides import COLUMNS, SETTING, SINCE, Environment, Side, StoredSide, plain
from results.store.sealed import seal_of, sealed

FORMAT = 2
#: The baselines that ship.
FOLDER = Path(__file__).parent.parent / "baselines"
SUFFIX = ".parquet"
_METADATA = "tunegrid.baseline"
_AGAIN = "record it again: python -m benchmarks.gate --record NAME"


def write(side: StoredSide, path: Path) -> None:
    """Write a side as a baseline; the file is whole or absent.  Equal sides give equal bytes.

    Raises:
        OSError: if that fails; it names the path.
    """
    schema = pa.schema(COLUMNS)
    rows = side.template.sort_values(SETTING)[schema.names].round({"suggest_s": 4, "overhead_s": 4})
    table = pa.Table.from_pandas(rows, schema=schema, preserve_index=False, safe=False)
    content = {
        "format": FORMAT,
        "name": side.name,
        "checksum": _checksum(table, side.environments),
        "environments": dict(side.environments),
    }
    replace_bytes(path, sealed(table, {_METADATA: json.dumps(content, sort_keys=True)}, compression_level=19))


def read(path: Path) -> StoredSide:
    """Return a baseline.

    Raises:
        ResultsError: if it cannot be read, is of another format, or its checksum does not fit.
    """
    try:
        content = path.read_bytes()
        seal_of(content)
        table = pq.read_table(pa.BufferReader(content))
        table.validate(full=True)
        metadata = json.loads((table.schema.metadata or {}).get(_METADATA.encode(), b"{}"))
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is not a readable baseline ({first_line(error)}); {_AGAIN}") from error
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        other = isinstance(metadata, dict) and "format" in metadata
        fault = f"has format {metadata['format']}" if other else "is not a baseline of the gate"
        raise ResultsError(f"{path} {fault}; this version reads format {FORMAT}: {_AGAIN}")
    name, environments = metadata.get("name"), metadata.get("environments")
    if not (isinstance(name, str) and isinstance(environments, dict) and _fits(table)) or metadata.get(
        "checksum"
    ) != _checksum(table, environments):
        raise ResultsError(
            f"{path} does not fit its checksum: it was changed or damaged; restore it, or {_AGAIN}"
        )
    return StoredSide(name, plain(table.to_pandas()), environments)


def _fits(table: pa.Table) -> bool:
    """Return whether a table has the columns of a side, but for newer ones; others do no harm."""
    types = dict(zip(table.schema.names, table.schema.types, strict=True))
    return all(types.get(name, kind if name in SINCE else None) == kind for name, kind in COLUMNS.items())


def find(text: str) -> Path | None:
    """Return the file of a baseline that is named by its path, or by its name among those that ship."""
    for path in (Path(text), FOLDER / f"{text}{SUFFIX}"):
        if path.is_file():
            return path
    return None


def shipped() -> list[str]:
    """Return the names of the baselines that ship."""
    return sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}"))


def _checksum(table: pa.Table, environments: Mapping[str, Environment]) -> str:
    """Return SHA-256 of all values: it does not depend on how Parquet lays them out."""
    digest = hashlib.sha256(json.dumps(environments, sort_keys=True).encode())
    for name in sorted(table.column_names):
        values = table.column(name).to_pylist()
        digest.update(json.dumps([name, values], sort_keys=True).encode())
    return digest.hexdigest()


def frozen(side: Side) -> StoredSide:
    """Return a copy of a side with its ok experiments as they are now.

    Raises:
        ResultsError: if it has no experiment that is ok.
    """
    rows = side.template
    if rows is None or not (rows["status"] == "ok").any():
        raise ResultsError(f"{side.name} has no experiment that is ok; there is nothing to compare with")
    ok: pd.DataFrame = rows[rows["status"] == "ok"]
    return StoredSide(side.name, ok.reset_index(drop=True), side.environments)
