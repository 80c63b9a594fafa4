"""What happened besides the scores: failures, where the time went, and where the results were made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.reasons import reason_line
from results.compare.run import RUN_FILE, Run
from results.store.documents import read_text
from results.store.parts import Combination
from results.store.provenance import records
from results.store.schema import STATUSES
from results.types import Floats

#: Column -> what it is.  The first lie on the driver's clock, which is real; the others on the engine's.
DRIVER = {
    "suggest_s": "searcher: suggest",
    "decide_s": "scheduler: decide",
    "ray_s": "Ray Tune",
    "wait_s": "waiting for trials",
}
WORKERS = {"train_s": "training", "idle_s": "idle"}
LEDGER = (*DRIVER, *WORKERS, "wall_s", "real_s")
LONGEST = 300  # of a reason, characters


class Failure(NamedTuple):
    """What some experiments have in common that have no result.

    Attributes:
        combinations: "searcher x scheduler", sorted.
        reason: in one line.
    """

    status: str
    experiments: int
    tasks: tuple[str, ...]
    combinations: tuple[str, ...]
    reason: str


def failures(run: Run) -> list[Failure]:
    """Return what has no result, by status and reason, in the order of the schema's statuses."""
    wrong = run.experiments[run.experiments["status"] != "ok"]
    if wrong.empty:
        return []
    rows = wrong.assign(
        reason=[reason_line(reason, LONGEST) for reason in wrong["reason"]],
        pair=wrong["searcher"].astype(str) + " x " + wrong["scheduler"].astype(str),
    )
    found = [
        Failure(str(status), len(own), _sorted(own["trainable"]), _sorted(own["pair"]), str(reason))
        for (status, reason), own in rows.groupby(["status", "reason"])
    ]
    return sorted(found, key=lambda one: (STATUSES.index(one.status), -one.experiments, one.reason))


def _sorted(names: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in names}))


def ledger(comparison: Comparison) -> Iterator[tuple[Combination, Floats]]:
    """Yield each combination and its mean seconds an experiment for each of ``LEDGER``, NaN if unknown."""
    rows = comparison.experiments
    means = rows[rows["status"] == "ok"].groupby(["label", "scheduler"])[list(LEDGER)].mean()
    for pair, row in zip(means.index, means.to_numpy(dtype=np.float64, na_value=np.nan), strict=True):
        yield (str(pair[0]), str(pair[1])), row


def environments(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what each folder says about where its results were made: run, asked (run.toml), records.

    Raises:
        ResultsError: if a ``provenance.json`` or ``run.toml`` is not readable.
    """
    return [
        {"run": folder.name, "asked": read_text(folder / RUN_FILE, "restore it"), "records": records(folder)}
        for folder in folders
    ]
