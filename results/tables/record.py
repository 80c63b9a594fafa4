"""Tables of statuses with their reasons, and of the environments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from results.compare.reasons import reason_line
from results.store.provenance import records
from results.store.schema import STATUSES
from results.tables.model import Column, Table, Value
from results.tables.table_inputs import TableInputs

SHOWN = 30
NAMED = 3  # combinations that are listed beside a reason
LONGEST = 140  # of a reason, characters

_ITEMS = {"python": "Python", "platform": "platform", "cpu": "CPU", "cpus": "CPUs", "gpu": "GPU"}
_ITEMS |= {"blas_threads": "BLAS threads", "git": "git revision"}


def statuses(inputs: TableInputs) -> Iterator[Table]:
    """Yield how many experiments have each status, and for which reason."""
    experiments = inputs.run.experiments
    if experiments.empty:
        return
    pair = experiments["searcher"].astype(str) + " x " + experiments["scheduler"].astype(str)
    ok = experiments["status"].eq("ok")
    reasons = experiments["reason"].map(lambda reason: reason_line(reason, LONGEST)).where(~ok, "")
    groups = pair.groupby([experiments["status"], reasons])
    ordered = sorted(groups, key=lambda item: (STATUSES.index(item[0][0]), -len(item[1]), item[0][1]))
    rows: list[tuple[Value, ...]] = []
    for (status, reason), pairs in ordered:
        names = sorted(set(pairs))
        listed = ", ".join(names[:NAMED]) + ", …" * (len(names) > NAMED)
        rows.append((str(status), len(pairs), len(names), f"{reason} ({listed})" if reason else ""))
    columns = (
        Column("status", "status"),
        Column("experiments", "experiments", "count"),
        Column("combinations", "combinations", "count"),
        Column("reason", "reason", "prose"),
    )
    more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
    text = f"What became of {len(experiments)} experiments, and why some have no result.{more}"
    yield Table("statuses", text, columns, tuple(rows), shown=SHOWN)


def environment(inputs: TableInputs) -> Iterator[Table]:
    """Yield the environments in which the experiments ran."""
    seen: dict[tuple[str, str], list[str]] = {}
    packages = _packages(inputs.run.experiments)
    for folder in inputs.folders:
        for record in records(folder).values():
            for item in _items(record, packages):
                runs = seen.setdefault(item, [])
                runs += [folder.name] * (folder.name not in runs)
    if not seen:
        return
    several = len(inputs.folders) > 1
    columns = (Column("item", "item"), Column("value", "value", "prose"), Column("runs", "runs"))
    rows = tuple(
        (item, value, "all" if len(runs) == len(inputs.folders) else ", ".join(runs))
        for (item, value), runs in sorted(seen.items(), key=lambda entry: _place(entry, packages))
    )
    shown = 3 if several else 2
    text = (
        "Environment of the experiments; provenance.json of each run has all packages. "
        "Data: check sums of what was trained on."
    )
    yield Table("environment", text, columns[:shown], tuple(row[:shown] for row in rows))


def _packages(experiments: pd.DataFrame) -> list[str]:
    """Return the packages that decide the results, the most used first; none of an older run."""
    counts = Counter(name for words in experiments["packages"].dropna() for name in str(words).split())
    return [name for name, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0].lower()))]


def _items(record: dict[str, Any], packages: list[str]) -> Iterator[tuple[str, str]]:
    for key, name in _ITEMS.items():
        if record.get(key):
            yield name, str(record[key])
    versions = {str(name).lower(): version for name, version in record.get("packages", {}).items()}
    for package in packages:
        if version := versions.get(package.lower()):
            yield f"package {package}", str(version)
    for name, checksum in sorted(record.get("data", {}).items()):
        yield f"data {name}", str(checksum)


def _place(entry: tuple[tuple[str, str], list[str]], packages: list[str]) -> tuple[int, str, str]:
    (item, value), _ = entry
    order = [*_ITEMS.values(), *(f"package {name}" for name in packages)]
    return (order.index(item) if item in order else len(order), item, value)
