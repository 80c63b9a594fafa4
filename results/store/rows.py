"""Rows (dicts) to Arrow tables and back: the types of the columns that the schema does not fix.

``config/NAME`` columns are typed by their values: int64, double, bool or string.  Values of several kinds
become strings of JSON, and the Arrow field says so (metadata ``encoding = json``), so that tables whose
columns were typed differently can be united later without guessing.  Integers and floats share a double
column, whose field names the integers (metadata ``integers``), unless two are equal (1 and 1.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from results.store.schema import arrow_schema

CONFIG = "config/"
Row = Mapping[str, Any]

_JSON = {b"encoding": b"json"}
_INTEGERS = b"integers"
_EXACT = 2**53  # every integer up to here is also a double
_SORT = {"experiments": ("key",), "trials": ("key", "number"), "results": ("key", "seq")}
#: What every row must have.
IDENTITY = {"experiments": ("key",), "trials": ("key", "trial_id"), "results": ("key", "trial_id", "seq")}


def to_table(name: str, rows: Sequence[Row]) -> pa.Table:
    """Return ``rows`` as the Arrow table ``name``: schema columns first, then the others by name.

    Rows are sorted by experiment and number, so equal rows make equal tables in whatever order they came.

    Raises:
        ValueError: if a row has no identity, a column that this table cannot have, or a value that does not
            fit its column.
    """
    schema = arrow_schema(name)
    for row in rows:
        if odd := [column for column in row if not isinstance(column, str)]:
            raise ValueError(f"a row of {name} has a column {odd[0]!r:.80}; expected a name")
        if odd := [column for column in row if not _encodable(column)]:
            raise ValueError(f"a row of {name} has a column {odd[0]!r:.80}, which is not valid text")
        missing = [column for column in IDENTITY[name] if row.get(column) is None]
        if missing:
            raise ValueError(f"a row of {name} has no {missing[0]!r}; every row needs one")
    ordered = sorted(rows, key=lambda row: tuple(_sortable(row.get(column)) for column in _SORT[name]))
    extra = sorted({column for row in rows for column in row} - set(schema.names))
    columns = [_fixed(name, field, [row.get(field.name) for row in ordered]) for field in schema]
    fields = list(schema)
    for column in extra:
        field, array = _extra(name, column, [row.get(column) for row in ordered])
        fields.append(field)
        columns.append(array)
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def unite(name: str, tables: Sequence[pa.Table]) -> pa.Table:
    """Concatenate ``tables``, giving each column one type; columns that a table lacks are null there.

    A ``config/NAME`` column that is int64 here and double there becomes double, unless an integer here equals
    a float there; other mixtures become JSON.

    Raises:
        pyarrow.ArrowInvalid: if a column cannot have the type that the schema demands.
    """
    schema = arrow_schema(name)
    if not tables:
        return schema.empty_table()
    extra = sorted({column for table in tables for column in table.column_names} - set(schema.names))
    targets = {field.name: field for field in schema}
    targets |= {column: _common(column, tables) for column in extra}
    united = pa.schema(list(targets.values()))
    return pa.concat_tables(
        pa.Table.from_arrays([_as(table, field) for field in united], schema=united)
        for table in _alike(tables)
    )


def _alike(tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """Yield the tables in order, those in turn that have the same fields as one: each column is cast once."""
    tables = [table.replace_schema_metadata() for table in tables]  # each batch has a note of its own there
    start = 0
    for end in range(1, len(tables) + 1):
        if end == len(tables) or not tables[end].schema.equals(tables[start].schema, check_metadata=True):
            yield pa.concat_tables(tables[start:end])
            start = end


def plain(value: Any) -> Any:
    """Return ``value`` with numpy scalars and arrays replaced by what they hold."""
    if isinstance(value, np.generic):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else value


def _encodable(text: str) -> bool:
    """Return whether UTF-8 can hold a text; it cannot hold lone surrogates."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)


def _fixed(table: str, field: pa.Field, values: list[Any]) -> pa.Array:
    try:
        return pa.array([plain(value) for value in values], type=field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
        raise ValueError(f"column {field.name!r} of {table} must be {field.type}: {error}") from error


def _number(value: Any) -> float | None:
    """Return a metric's value as it is stored.

    Raises:
        ValueError: if it is not a number; a text that looks like one is not.
    """
    value = plain(value)
    if value is None:
        return None
    if not isinstance(value, Real):
        raise ValueError(f"it is {value!r:.80}")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("an integer beyond the largest double") from error


def _extra(table: str, column: str, values: list[Any]) -> tuple[pa.Field, pa.Array]:
    """Type a column that the schema does not name: a hyperparameter in trials, a metric in results."""
    if table == "trials" and column.startswith(CONFIG):
        return _config(column, [plain(value) for value in values])
    if table != "results" or column.startswith(CONFIG):
        raise ValueError(f"{table} has no column {column!r}; see results/store/schema.py")
    field = pa.field(column, pa.float64())
    try:
        return field, pa.array([_number(value) for value in values], type=field.type)
    except ValueError as error:
        raise ValueError(f"metric {column!r} must be a number: {error}") from error


def _config(column: str, values: list[Any]) -> tuple[pa.Field, pa.Array]:
    kinds = {type(value) for value in values if value is not None}
    integers = [value for value in values if type(value) is int]
    kind = None
    if not kinds:
        kind = pa.null()
    elif kinds == {int} and all(-(2**63) <= value < 2**63 for value in integers):
        kind = pa.int64()
    elif kinds == {float} and not any(value != value for value in values):  # a NaN would look like none
        kind = pa.float64()
    elif kinds == {int, float} and _apart(set(integers), {v for v in values if type(v) is float}):
        return _doubles(column, set(integers)), pa.array(values, type=pa.float64())
    elif kinds == {bool}:
        kind = pa.bool_()
    elif kinds == {str}:
        kind = pa.string()
    if kind is not None:
        try:
            return pa.field(column, kind), pa.array(values, type=kind)
        except UnicodeEncodeError as error:
            raise ValueError(f"column {column!r} of trials must be valid text: {error}") from error
    return pa.field(column, pa.string(), metadata=_JSON), _to_json(values)


def _to_json(values: Sequence[Any]) -> pa.Array:
    texts = [None if v is None else json.dumps(v, sort_keys=True, default=plain) for v in values]
    return pa.array(texts, type=pa.string())


def _common(column: str, tables: Sequence[pa.Table]) -> pa.Field:
    """Return the one field that holds ``column`` of all ``tables``."""
    fields = [table.schema.field(column) for table in tables if column in table.column_names]
    fields = [field for field in fields if field.type != pa.null()] or fields[:1]
    kinds = {field.type for field in fields}
    if any(field.metadata == _JSON for field in fields):
        return pa.field(column, pa.string(), metadata=_JSON)
    if len(kinds) == 1 and not any(_INTEGERS in (field.metadata or {}) for field in fields):
        return pa.field(column, kinds.pop())
    if kinds <= {pa.int64(), pa.float64()}:
        numbers = [_numbers(table, column) for table in tables if column in table.column_names]
        integers = {value for several in numbers for value in several if type(value) is int}
        if _apart(integers, {value for several in numbers for value in several if type(value) is float}):
            return _doubles(column, integers)
    return pa.field(column, pa.string(), metadata=_JSON)


def _apart(integers: set[int], floats: set[float]) -> bool:
    """Return whether each integer stays exact as a double, and equals none of the floats."""
    return all(abs(value) <= _EXACT for value in integers) and integers.isdisjoint(floats)


def _doubles(column: str, integers: set[int]) -> pa.Field:
    """Return the field of a column of doubles, of which ``integers`` were integers."""
    metadata = {_INTEGERS: json.dumps(sorted(integers)).encode()} if integers else None
    return pa.field(column, pa.float64(), metadata=metadata)


def _numbers(table: pa.Table, column: str) -> set[int | float]:
    """Return the different values of a column of int64 or double, as they were given."""
    values = pa.compute.unique(table.column(column)).to_pylist()
    return {value for value in _given(table.schema.field(column), values) if value is not None}


def _given(field: pa.Field, values: Sequence[Any]) -> list[Any]:
    """Return a column's values with the types that they were given with."""
    integers = set(json.loads((field.metadata or {}).get(_INTEGERS, b"[]")))
    return [int(value) if integers and value in integers else value for value in values]


def _as(table: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    column = table.column(field.name)
    if field.metadata == _JSON and table.schema.field(field.name).metadata != _JSON:
        return _to_json(_given(table.schema.field(field.name), column.to_pylist()))
    return column.cast(field.type)
