"""The commands that run a part of a gate again."""

from __future__ import annotations

import shlex
from collections.abc import Container, Iterable

import pandas as pd

from results.gate.arms import CELL
from results.gate.family import cell_name
from results.gate.procedure import Finding
from results.gate.report import Broken


def reproduction(
    findings: Iterable[Finding],
    broken: Iterable[Broken],
    cells: pd.DataFrame,
    baseline: str,
    candidate: str,
    narrowed: Container[str] = (),
) -> dict[str, str]:
    """Return for each group of cells the command that compares these cells alone.

    Args:
        findings: whose groups.
        broken: whose cells.
        cells: one row a cell, with ``CELL``; of all findings.
        baseline, candidate: as they were given on the command line.
        narrowed: columns of ``CELL`` of which the gate itself was asked for some names only.
    """
    groups = {finding.hypothesis.name: finding.hypothesis.cells for finding in findings}
    names = {cell_name(row): (place,) for place, row in enumerate(cells[CELL].to_numpy())}
    groups |= {one.cell: names[one.cell] for one in broken if one.cell in names}
    return {
        name: _command(cells.iloc[list(places)], cells, baseline, candidate, narrowed)
        for name, places in groups.items()
    }


def _command(
    own: pd.DataFrame, cells: pd.DataFrame, baseline: str, candidate: str, narrowed: Container[str]
) -> str:
    words = ["python", "-m", "benchmarks.gate", "--baseline", baseline, "--candidate", candidate]
    for column in CELL:
        names = sorted(own[column].unique())
        if column in narrowed or names != sorted(cells[column].unique()):
            words += [f"--{column}s", *names]
    return shlex.join(words)
