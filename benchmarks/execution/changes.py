"""Changes since a run's experiments were made: parts that have another version now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.execution.versions import (
    KINDS,
    Versions,
    aspects_in,
    data_name,
    some,
    version_column,
    what_changed,
)
from benchmarks.suite import registry
from benchmarks.suite.experiment import Experiment
from results.store.provenance import records

_REGISTRIES: dict[str, registry.Registry[Any]] = {
    "trainable": registry.TRAINABLES,
    "searcher": registry.SEARCHERS,
    "scheduler": registry.SCHEDULERS,
}
#: Experiments that agree in these have the same part.
_SAME = {part: [part] for part in KINDS} | {"trainable": ["trainable", "data", "train_size", "engine"]}

MOST_NAMED = 8  # parts that have changed


@dataclass(frozen=True)
class Change:
    """A part whose version is none of those that the stored experiments have.

    Attributes:
        part: "trainable", "searcher" or "scheduler".
        name: the registered name.
        what: what differs from the last stored version, in words.
        keys: the experiments that were made with it.
    """

    part: str
    name: str
    what: str
    keys: frozenset[str]

    def __str__(self) -> str:
        what = self.what if self.what.startswith("the ") else f"its {self.what}"
        return f"{self.who} has changed since ({what})"

    @property
    def who(self) -> str:
        """The part and its name."""
        return f"{self.part} {self.name!r}"


def in_a_line(changes: Sequence[Change]) -> str:
    """Say what has changed of the first, and name the others."""
    others = [who for who in dict.fromkeys(change.who for change in changes) if who != changes[0].who]
    named = some(others, most=MOST_NAMED)
    return f"{changes[0]}" + (f", and so {'has' if len(others) == 1 else 'have'} {named}" if named else "")


def changes(experiments: pd.DataFrame, folder: Path, data_keys: Mapping[str, str]) -> list[Change]:
    """Return what has changed since these stored experiments were made; those of unknown version are as now.

    Args:
        experiments: rows of the experiments table.
        folder: the run's, which has the provenance.
        data_keys: checksums of the data that is loaded; what is not loaded counts as it was.
    """
    stored = records(folder)
    return [change for part in KINDS for change in _of(part, experiments, stored, data_keys)]


def _of(
    part: str,
    experiments: pd.DataFrame,
    records: Mapping[str, Mapping[str, Any]],
    data_keys: Mapping[str, str],
) -> Iterator[Change]:
    versioned = experiments[experiments[version_column(part)].notna()]
    for _, rows in versioned.groupby(_SAME[part], sort=False):
        row = dict(zip(rows.columns, rows.iloc[-1], strict=True))
        experiment = Experiment.from_row(row)
        name = getattr(experiment, part)
        if name not in _REGISTRIES[part]:
            continue
        record = records.get(str(row["environment"]), {})
        was = aspects_in(record, part, name, data_name(experiment))
        data = {data_name(experiment): was.get("data", "")} | dict(data_keys)
        now = Versions(data).of(part, experiment)
        if now.name not in set(rows[version_column(part)]):
            what = what_changed(was, now.aspects) if was else "version; what differs was not recorded"
            yield Change(part, name, what, frozenset(rows["key"]))
