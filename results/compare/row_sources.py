"""Sources of a run's rows: a store, several together, or frames in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from results.store.store import Store

# Whole numbers stay whole where some are missing; strings and floats use NaN for what is missing.
_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
}


class RowSource(Protocol):
    """A source of the rows of trials and results."""

    def scan(
        self, name: str, keys: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield rows of a table; see ``Store.scan``."""


def frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a data frame of the dtypes that ``load`` states."""
    rows: pd.DataFrame = table.to_pandas(types_mapper=_TYPES.get)
    return rows


class StoredRows:
    """A store whose keys and searchers get a suffix, perhaps none."""

    def __init__(self, store: Store, suffix: str) -> None:
        self._store, self._suffix = store, suffix
        self._known: set[str] | None = None

    def experiments(self) -> pd.DataFrame:
        experiments = frame(self._store.read("experiments"))
        self._known = set(experiments["key"])  # a run that goes on has more by the time that the rest is read
        for column in ("key", "searcher"):
            experiments[column] += self._suffix
        return experiments

    def scan(
        self, name: str, keys: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        if keys is not None:
            keys = {key.removesuffix(self._suffix) for key in keys if key.endswith(self._suffix)}
        else:
            keys = self._known
        for table in self._store.scan(name, keys, columns):
            if self._suffix and "key" in table.column_names:
                place = table.column_names.index("key")
                named = pc.binary_join_element_wise(table.column("key").cast(pa.string()), self._suffix, "")
                table = table.set_column(place, "key", named)
            yield table


class SeveralSources:
    def __init__(self, sources: Sequence[RowSource]) -> None:
        self._sources = sources

    def scan(
        self, name: str, keys: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        for source in self._sources:
            yield from source.scan(name, keys, columns)


class FrameRows:
    def __init__(self, frames: dict[str, pd.DataFrame]) -> None:
        self._frames = frames

    def scan(
        self, name: str, keys: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        rows = self._frames[name]
        if keys is not None:
            rows = rows[rows["key"].isin(keys)]
        if columns is not None:
            rows = rows[[column for column in columns if column in rows]]
        yield pa.Table.from_pandas(rows, preserve_index=False)
