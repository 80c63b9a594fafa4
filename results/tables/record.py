"""Tables of record: what has no result and why, and where the results were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from results.provenance import records
from results.schema import STATUSES
from results.settings import first_line
from results.tables.material import Material
from results.tables.model import Column, Table, Value

SHOWN = 30
NAMED = 3  # combinations that are listed beside a reason
LONGEST = 140  # of a reason, characters

#: Of the packages in the provenance, those that decide results.
PACKAGES = (
    *(
        "tunegrid",
        "ray",
        "torch",
        "optuna",
        "cmaes",
        "hyperopt",
        "nevergrad",
        "bayesian-optimization",
        "zoopt",
    ),
    *(
        "flaml",
        "hpbandster",
        "ConfigSpace",
        "ax-platform",
        "botorch",
        "HEBO",
        "scikit-learn",
        "numpy",
        "scipy",
    ),
)
_ITEMS = {"python": "Python", "platform": "platform", "cpu": "CPU", "cpus": "CPUs", "gpu": "GPU"}
_ITEMS |= {"blas_threads": "BLAS threads", "git": "git revision"}


def statuses(material: Material) -> Iterator[Table]:
    """Yield how many experiments have each status, and for which reason."""
    experiments = material.run.experiments
    if experiments.empty:
        return
    pair = experiments["searcher"].astype(str) + " x " + experiments["scheduler"].astype(str)
    fine = experiments["status"].eq("ok")
    said = experiments["reason"].map(lambda reason: first_line(reason, LONGEST)).where(~fine, "")
    groups = pair.groupby([experiments["status"], said])
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


def environment(material: Material) -> Iterator[Table]:
    """Yield the environments in which the experiments ran."""
    seen: dict[tuple[str, str], list[str]] = {}
    for folder in material.folders:
        for record in records(folder).values():
            for item in _items(record):
                runs = seen.setdefault(item, [])
                runs += [folder.name] * (folder.name not in runs)
    if not seen:
        return
    several = len(material.folders) > 1
    columns = (Column("item", "item"), Column("value", "value", "prose"), Column("runs", "runs"))
    rows = tuple(
        (item, value, "all" if len(runs) == len(material.folders) else ", ".join(runs))
        for (item, value), runs in sorted(seen.items(), key=_place)
    )
    kept = 3 if several else 2
    text = (
        "Environment of the experiments; provenance.json of each run has all packages. "
        "Data: check sums of what was trained on."
    )
    yield Table("environment", text, columns[:kept], tuple(row[:kept] for row in rows))


def _items(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, name in _ITEMS.items():
        if record.get(key):
            yield name, str(record[key])
    for package in PACKAGES:
        if version := record.get("packages", {}).get(package):
            yield f"package {package}", str(version)
    for name, checksum in sorted(record.get("data", {}).items()):
        yield f"data {name}", str(checksum)


def _place(entry: tuple[tuple[str, str], list[str]]) -> tuple[int, str, str]:
    (item, value), _ = entry
    order = [*_ITEMS.values(), *(f"package {name}" for name in PACKAGES)]
    return (order.index(item) if item in order else len(order), item, value)
