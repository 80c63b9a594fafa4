"""The contents of a run folder: which experiments, whether any is there twice, and what its rows say."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import results
from results.store.store import ORDER, TEMPORARY, Store

#: Columns of experiments that say how long something took, how large a process was, when it ran and where.
MEASURED = (
    *("real_s", "suggest_s", "suggest_processor_s", "driver_processor_s", "decide_s", "ray_s", "wait_s"),
    *("driver_peak_mb", "worker_peak_mb", "started_at", "environment", "run"),
)
#: What else is measured where the clock is a wall clock.
TIMED = {
    "experiments": ("wall_s", "train_s", "idle_s", "concurrency"),
    "trials": ("started", "ended"),
    "results": ("clock", "cost"),
}


def signatures(folder: Path) -> dict[str, str]:
    """Return a hash of what each experiment's rows say, by key; what was only measured is left out."""
    run = results.load(folder)
    experiments = run.experiments.drop(columns=list(MEASURED), errors="ignore")
    tables = {"experiments": experiments, "trials": run.trials, "results": run.results}
    timed = set(experiments.loc[experiments["engine"] == "tune", "key"])
    found = {}
    for key in experiments["key"]:
        digest = hashlib.sha256()
        for name, table in tables.items():
            rows = table[table["key"] == key].reset_index(drop=True)
            if key in timed:
                rows = rows.drop(columns=list(TIMED[name]), errors="ignore")
            digest.update(rows.to_csv().encode())
        found[key] = digest.hexdigest()
    return found


def committed(folder: Path) -> dict[str, str]:
    """Return the hash of every file of every committed batch, by its path."""
    batches = Store(folder).batches()
    paths = [folder / table / f"{batch}.parquet" for table in ORDER for batch in batches]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass(frozen=True)
class Count:
    """Faults of a finished run folder, as numbers that should be 0.

    Attributes:
        lost: experiments that were asked for and are not there.
        twice: experiments that are there more than once, or whose rows are.
        unequal: experiments whose rows differ from those of an uninterrupted run.
        leftovers: temporary files and files of no committed batch.
    """

    lost: int
    twice: int
    unequal: int
    leftovers: int


def count(folder: Path, reference: dict[str, str]) -> Count:
    """Compare a finished run folder with the signatures of an uninterrupted run of the same grid."""
    store = Store(folder)
    often = Counter(store.read("experiments")["key"].to_pylist())
    doubled = {key for key, number in often.items() if number > 1}
    for table, columns in (("trials", ["key", "trial_id"]), ("results", ["key", "seq"])):
        rows = store.read(table).to_pandas()
        doubled |= set(rows.loc[rows.duplicated(columns), "key"])
    own = signatures(folder)
    return Count(
        lost=len(reference.keys() - often.keys()),
        twice=len(doubled),
        unequal=sum(own[key] != reference.get(key) for key in own),
        leftovers=len(leftovers(folder)),
    )


def leftovers(folder: Path) -> list[Path]:
    """Return temporary files in a run folder, and files of batches that were never committed."""
    batches = set(Store(folder).batches())
    found = [path for path in folder.rglob(f"{TEMPORARY}*") if path.is_file()]
    found += [path for path in folder.glob("*.tmp") if path.is_file()]
    for table in ORDER:
        found += [path for path in (folder / table).glob("*.parquet") if path.stem not in batches]
    return sorted(set(found))
