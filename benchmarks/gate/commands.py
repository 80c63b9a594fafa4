"""Commands that repeat a part of a gate."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

import pandas as pd

from benchmarks.gate.settings import Settings
from results.gate.family import cell_name
from results.gate.finding import Finding
from results.gate.report import BrokenCell
from results.gate.sides import CELL


def reproduction(
    findings: Iterable[Finding],
    broken: Iterable[BrokenCell],
    cells: pd.DataFrame,
    sides: tuple[str, str],
    settings: Settings,
) -> dict[str, str]:
    """Return for each group of cells the command that compares these cells alone.

    Args:
        findings: whose groups.
        broken: whose cells.
        cells: one row a cell, with ``CELL``; of all findings.
        sides: baseline and candidate, as they were given on the command line.
        settings: of the gate.
    """
    groups = {finding.hypothesis.name: finding.hypothesis.cells for finding in findings}
    names = {cell_name(row): (index,) for index, row in enumerate(cells[CELL].to_numpy())}
    groups |= {one.cell: names[one.cell] for one in broken if one.cell in names}
    return {
        name: _command(cells.iloc[list(indices)], cells, sides, settings) for name, indices in groups.items()
    }


def _command(selected: pd.DataFrame, cells: pd.DataFrame, sides: tuple[str, str], settings: Settings) -> str:
    words = ["python", "-m", "benchmarks.gate", "--baseline", sides[0], "--candidate", sides[1]]
    for column in CELL:
        names = sorted(selected[column].unique())
        if column in settings.narrowed or names != sorted(cells[column].unique()):
            words += [f"--{column}s", *names]
    return shlex.join([*words, *settings.words()])
