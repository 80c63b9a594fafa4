"""Checks of stored tables: columns and their types, identities, words from a list.

Everything that is read passes here once, so that nothing behind it meets a foreign table.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from results.store.rows import CONFIG, IDENTITY
from results.store.schema import STATUSES, arrow_schema

#: What makes a row of each table the only one of its kind.
UNIQUE = {"experiments": ("key",), "trials": ("key", "trial_id"), "results": ("key", "seq")}
#: What every version has written; other columns of the schema may be missing, and are null then.
ESSENTIAL = {
    "experiments": (
        *("key", "trainable", "searcher", "scheduler", "device", "trials", "epochs", "workers", "repetition"),
        *("data", "train_size", "gpus_per_trial", "engine", "status", "reason", "metric", "mode", "best"),
    ),
    "trials": ("key", "trial_id", "number", "config", "status", "decision", "epochs", "best"),
    "results": ("key", "trial_id", "seq", "epoch", "clock"),
}
#: What every experiment has, and the least of the numbers among it.
NAMES = (
    *("trainable", "searcher", "scheduler", "device", "trials", "epochs", "workers", "repetition"),
    *("data", "train_size", "gpus_per_trial", "engine", "status"),
)
LEAST = {"trials": 1, "epochs": 1, "workers": 1, "repetition": 0, "train_size": 0}
#: What every version has written of each trial and result, besides its identity.
WRITTEN = {"trials": ("number", "epochs"), "results": ("epoch",)}
#: The words that a column may have; null is none of them, and allowed.
WORDS = {"experiments": {"status": STATUSES, "mode": ("max", "min")}}

_FITTING = {
    pa.string(): (pa.types.is_string, pa.types.is_large_string),
    pa.int64(): (pa.types.is_integer,),
    pa.float64(): (pa.types.is_floating, pa.types.is_integer),
    pa.bool_(): (pa.types.is_boolean,),
    pa.list_(pa.float64()): (pa.types.is_list, pa.types.is_large_list),
}


def checked(name: str, table: pa.Table, keys: Collection[str] | None = None) -> pa.Table:
    """Return a table with the schema's types, if it is one of a store.

    Args:
        name: "experiments", "trials" or "results".
        table: as it was read.
        asked: the columns that were read, if not all.

    Raises:
        ValueError: if it is none; the message ends a sentence that begins with the file's name.
    """
    names = table.column_names
    if len(set(names)) < len(names):
        raise ValueError(f"has a column twice: {min(one for one in names if names.count(one) > 1)!r}")
    for column in ESSENTIAL[name]:
        if column not in names and (keys is None or column in keys):
            raise ValueError(f"is not a table of {name}: it has no column {column!r}")
    fixed = {field.name: field for field in arrow_schema(name)}
    for place, field in enumerate(table.schema):
        expected = fixed[field.name].type if field.name in fixed else _other(name, field)
        table = _fitted(name, table, place, expected)
    for column in IDENTITY[name]:
        if column in names and table.column(column).null_count:
            raise ValueError(f"has rows of {name} without {column!r}")
    for column, words in WORDS.get(name, {}).items():
        if column in names and (odd := set(table.column(column).unique().to_pylist()) - {None, *words}):
            raise ValueError(f"has {column} {min(odd)!r}; expected one of {', '.join(words)}")
    return table


def complete(experiments: pa.Table) -> None:
    """Raise ValueError if an experiment does not say what it was; every engine writes that."""
    for column in NAMES:
        if experiments.column(column).null_count:
            raise ValueError(f"has experiments without {column!r}")
    for column, least in LEAST.items():
        if (smallest := pc.min(experiments.column(column)).as_py()) is not None and smallest < least:
            raise ValueError(f"has {column} {smallest}; expected at least {least}")
    ok = experiments.filter(pc.equal(experiments.column("status"), "ok"))
    for column in ("metric", "mode"):
        if ok.column(column).null_count:
            raise ValueError(f"has an experiment that is ok without {column!r}")


def unique(name: str, table: pa.Table) -> None:
    """Raise ValueError if two rows of a whole table have the same identity."""
    identity = list(UNIQUE[name])
    groups = table.select(identity).group_by(identity, use_threads=False).aggregate([([], "count_all")])
    if len(groups) < len(table):
        again = groups.filter(pc.greater(groups.column("count_all"), 1)).to_pylist()[0]
        raise ValueError(f"has {', '.join(str(again[column]) for column in identity)} twice")


def owned(name: str, table: pa.Table, keys: Collection[str]) -> None:
    """Raise ValueError if rows of trials or results belong to none of the batch's experiments, ``keys``."""
    if strangers := set(table.column("key").unique().to_pylist()) - set(keys):
        raise ValueError(f"has {name} of {min(strangers)}, which is not an experiment of this batch")


def written(name: str, table: pa.Table) -> None:
    """Raise ValueError if a trial or a result lacks what every engine writes of it."""
    for column in WRITTEN.get(name, ()):
        if column in table.column_names and table.column(column).null_count:
            raise ValueError(f"has rows of {name} without {column!r}")


def incumbents_there(experiments: pa.Table, trials: pa.Table) -> None:
    """Raise ValueError if the incumbent of an experiment that has trials is none of them."""
    if "best_trial" not in experiments.column_names:
        return
    columns = ("key", "trial_id")
    there = set(zip(*(trials.column(column).to_pylist() for column in columns), strict=True))
    having = {key for key, _ in there}
    for key, best in zip(*(experiments.column(c).to_pylist() for c in ("key", "best_trial")), strict=True):
        if best is not None and key in having and (key, best) not in there:
            raise ValueError(f"names {best!r} as the best trial of {key}, which has no such trial")


def _other(name: str, field: pa.Field) -> pa.DataType:
    """Return the type of a column that the schema does not name: a metric, a hyperparameter, or a newer one.

    Raises:
        ValueError: if a column of that name cannot have its type.
    """
    numbers = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    if name == "results" and (numbers or pa.types.is_boolean(field.type)):
        return pa.float64()
    plain = numbers or pa.types.is_boolean(field.type) or pa.types.is_string(field.type)
    if pa.types.is_null(field.type) or (plain and (name != "results" or field.name.startswith(CONFIG))):
        return field.type
    raise ValueError(f"has a column {field.name!r} of type {field.type}, which no table of {name} has")


def _fitted(name: str, table: pa.Table, place: int, expected: pa.DataType) -> pa.Table:
    """Return the table with one column of the type that is wanted, if its own is of that kind."""
    field = table.schema.field(place)
    kind = field.type
    if kind == expected or (pa.types.is_dictionary(kind) and kind.value_type == expected):
        return table
    if not (pa.types.is_null(kind) or any(fits(kind) for fits in _FITTING[expected])):
        raise ValueError(f"has a column {field.name!r} of type {kind}; {name} has {expected} there")
    try:
        column = table.column(place).cast(expected)
    except pa.ArrowException as error:
        raise ValueError(f"has values in column {field.name!r} that are no {expected}: {error}") from error
    return table.set_column(place, field.with_type(expected), column)
