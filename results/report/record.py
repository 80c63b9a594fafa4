"""Records for the report: failures, the ledger, and the environments of the experiments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.ledger import DRIVER, WORKERS, LedgerPart
from results.compare.reasons import reason_line
from results.compare.run import RUN_FILE, Run
from results.store.documents import read_text
from results.store.parts import Combination
from results.store.provenance import records
from results.store.schema import STATUSES
from results.types import Floats

LEDGER = (*DRIVER, *WORKERS, "wall_s", "real_s")
LONGEST = 300  # of a reason, characters


class Failure(NamedTuple):
    """Experiments without a result that have status and reason in common.

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
    """Return the failures by status and reason, in the order of the schema's statuses."""
    failed = run.experiments[run.experiments["status"] != "ok"]
    if failed.empty:
        return []
    rows = failed.assign(
        reason=[reason_line(reason, LONGEST) for reason in failed["reason"]],
        pair=failed["searcher"].astype(str) + " x " + failed["scheduler"].astype(str),
    )
    every = [
        Failure(str(status), len(same), _sorted(same["trainable"]), _sorted(same["pair"]), str(reason))
        for (status, reason), same in rows.groupby(["status", "reason"])
    ]
    return sorted(every, key=lambda one: (STATUSES.index(one.status), -one.experiments, one.reason))


def _sorted(names: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in names}))


def ledger_names(parts: dict[str, LedgerPart]) -> dict[str, str]:
    """Return the names of parts of the ledger by their columns."""
    return {column: part.full for column, part in parts.items()}


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
