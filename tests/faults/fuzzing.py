"""Fuzzing: numbers of inputs, mutations of bytes and tables, and the answers that a command may give."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

#: What is damaged or made up -> how many inputs the harness tries; the cheap ones have the most.
INPUTS = {
    "the values of a spec": 16_000,
    "a spec file of changed bytes": 28_000,
    "a run's run.toml of changed bytes": 12_000,
    "a run's provenance.json of changed bytes": 12_000,
    "a run's table of changed bytes": 6_000,
    "a run's table of changed bytes, without a seal": 1_000,
    "a baseline of changed bytes": 8_000,
    "a recorded table's card of changed bytes": 11_000,
    "a recorded table's card of other values": 400,
    "a recorded table of changed bytes": 6_000,
    "a run folder that something else wrote, read by every command": 40,
}
#: What an input ended in.
REFUSED, AS_IT_WAS, TAKEN = "refused_in_one_line", "read_as_it_was", "taken"

#: (what, where as a share of the content, with what)
Mutation = tuple[str, float, bytes]
MUTATIONS: st.SearchStrategy[Mutation] = st.tuples(
    st.sampled_from(["flip", "overwrite", "insert", "delete", "cut", "replace"]),
    st.floats(0, 1, exclude_max=True),
    st.binary(min_size=1, max_size=8),
)
CHANGES = st.lists(MUTATIONS, min_size=1, max_size=3)


class Harness:
    """Whether the fault harness runs these tests: the share of its inputs, 0 among the other tests."""

    share = 0.0
    #: Kind of input -> what inputs ended in, how often.
    ended: ClassVar[defaultdict[str, Counter[str]]] = defaultdict(Counter)


def inputs(kind: str, few: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator over ``given``: ``few`` inputs, or in the harness as many as ``INPUTS`` says.

    The test returns what an input ended in, which is counted.
    """
    asked = max(few, round(INPUTS[kind] * Harness.share))
    unhealthy = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    few_or_many = settings(max_examples=asked, deadline=None, database=None, suppress_health_check=unhealthy)

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        handle: Any = test.hypothesis  # type: ignore[attr-defined]
        handle.inner_test = _counted(kind, handle.inner_test)
        made: Callable[..., None] = few_or_many(test)
        return pytest.mark.faults(made) if Harness.share else made

    return decorated


def _counted(kind: str, test: Callable[..., str]) -> Callable[..., None]:
    ended = Harness.ended

    @functools.wraps(test)
    def counted(*args: Any, **kwargs: Any) -> None:
        outcome = test(*args, **kwargs)
        ended[kind][outcome] += 1

    return counted


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


def changed(content: bytes, mutations: Sequence[Mutation]) -> bytes:
    """Return the content after several mutations."""
    return functools.reduce(mutated, mutations, content)


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
