"""Stored baselines: an arm as one Parquet file, with a format version and a checksum.

The columns are those of ``arms``; the file's metadata ``tunegrid.baseline`` holds format, name, checksum of
all values and environments as JSON, so that ``pandas.read_parquet`` alone can read the experiments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from results import ResultsError
from results.files import replace
from results.gate.arms import COLUMNS, SETTING, Environment, Source, Stored, plain

FORMAT = 2
#: The baselines that ship.
FOLDER = Path(__file__).parent.parent / "baselines"
SUFFIX = ".parquet"
_METADATA = b"tunegrid.baseline"
_AGAIN = "record it again: python -m benchmarks.gate --record NAME"


def write(arm: Stored, path: Path) -> None:
    """Write an arm as a baseline; the file is whole or absent.  Equal arms give equal bytes."""
    schema = pa.schema(COLUMNS)
    rows = arm.template.sort_values(SETTING)[schema.names].round({"suggest_s": 4, "overhead_s": 4})
    table = pa.Table.from_pandas(rows, schema=schema, preserve_index=False, safe=False)
    content = {
        "format": FORMAT,
        "name": arm.name,
        "checksum": _checksum(table, arm.environments),
        "environments": dict(arm.environments),
    }
    table = table.replace_schema_metadata({_METADATA: json.dumps(content, sort_keys=True)})
    replace(path, lambda file: pq.write_table(table, file, compression="zstd", compression_level=19))


def read(path: Path) -> Stored:
    """Return a baseline.

    Raises:
        ResultsError: if it cannot be read, is of another format, or its checksum does not fit.
    """
    try:
        with path.open("rb") as file:
            table = pq.read_table(file)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultsError(f"{path} is no readable baseline ({reason}); {_AGAIN}") from error
    content: dict[str, Any] = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
    if content.get("format") != FORMAT:
        found = f"has format {content['format']}" if "format" in content else "is no baseline of the gate"
        raise ResultsError(f"{path} {found}; this version reads format {FORMAT}: {_AGAIN}")
    if content["checksum"] != _checksum(table, content["environments"]):
        raise ResultsError(
            f"{path} does not fit its checksum: it was changed or damaged; restore it, or {_AGAIN}"
        )
    return Stored(content["name"], plain(table.to_pandas()), content["environments"])


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


def frozen(source: Source) -> Stored:
    """Return the arm that ``source`` has as it is now.

    Raises:
        ResultsError: if it has no experiment that is ok.
    """
    rows = source.template
    if rows is None or not (rows["status"] == "ok").any():
        raise ResultsError(f"{source.name} has no experiment that is ok; there is nothing to compare with")
    ok: pd.DataFrame = rows[rows["status"] == "ok"]
    return Stored(source.name, ok.reset_index(drop=True), source.environments)
