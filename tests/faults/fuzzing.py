"""What fuzz tests share: how many inputs, what happens to bytes and tables, and what a command may answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

#: Inputs of each fuzz test, in place of the few that take seconds.
ASKED = int(os.environ.get("TUNEGRID_FUZZ", "0"))

#: (what, where as a share of the content, with what)
Mutation = tuple[str, float, bytes]
MUTATIONS: st.SearchStrategy[Mutation] = st.tuples(
    st.sampled_from(["flip", "overwrite", "insert", "delete", "cut", "replace"]),
    st.floats(0, 1, exclude_max=True),
    st.binary(min_size=1, max_size=8),
)


def inputs(few: int) -> settings:
    """Return settings for ``few`` inputs, or for as many as TUNEGRID_FUZZ asks for."""
    unhealthy = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return settings(max_examples=ASKED or few, deadline=None, suppress_health_check=unhealthy)


def mutated(content: bytes, mutation: Mutation) -> bytes:
    """Return the content after a mutation."""
    what, share, with_ = mutation
    place = int(share * len(content))
    if what == "flip" and content:
        return content[:place] + bytes([content[place] ^ 1 << with_[0] % 8]) + content[place + 1 :]
    if what == "overwrite":
        return content[:place] + with_ + content[place + len(with_) :]
    if what == "insert":
        return content[:place] + with_ + content[place:]
    if what == "delete":
        return content[:place] + content[place + 1 + with_[0] :]
    return content[:place] if what == "cut" else with_


def answer(
    main: Callable[[Sequence[str]], int], words: Sequence[object], capsys: pytest.CaptureFixture[str]
) -> int:
    """Return the exit code of a command, which gives an answer or says in one line why not."""
    capsys.readouterr()
    try:
        code = main([str(word) for word in words])
    except SystemExit as ended:
        code = int(str(ended.code))
    error = capsys.readouterr().err
    assert "Traceback" not in error
    if code == 2:
        assert error.count("\n") == 1, error
    assert code in (0, 1, 2)
    return code


#: What may be wrong with a column of a file that something else has written.
ODDITIES = ("missing", "empty", "gap", "text", "numbers", "odd word", "not finite", "twice", "no rows")


def strange(path: Path, column: str, oddity: str) -> None:
    """Write a Parquet file anew, as a stranger's program might, with something odd about a column."""
    table = pq.ParquetFile(path).read().replace_schema_metadata(None)
    if column in table.column_names:
        table = _strange(table, column, oddity)
    pq.write_table(table, path)


def _strange(table: pa.Table, column: str, oddity: str) -> pa.Table:
    place, values = table.column_names.index(column), table.column(column).to_pylist()
    made: Any = None
    if oddity == "missing":
        return table.drop_columns([column])
    if oddity == "twice":
        return pa.concat_tables([table, table.slice(0, 1)])
    if oddity == "no rows":
        return table.slice(0, 0)
    if oddity == "empty":
        made = pa.nulls(len(values), table.column(column).type)
    elif oddity == "gap":
        made = pa.array([None, *values[1:]], table.column(column).type)
    elif oddity == "text":
        made = pa.array([str(value) for value in values])
    elif oddity == "numbers":
        made = pa.array([0.5] * len(values))
    elif oddity == "odd word":
        word: Any = "odd" if pa.types.is_string(table.column(column).type) else -7
        made = pa.array([word, *values[1:]], table.column(column).type)
    elif pa.types.is_floating(table.column(column).type):
        made = pa.array([float("nan"), float("inf"), *values[2:]][: len(values)])
    return table if made is None else table.set_column(place, column, made)
