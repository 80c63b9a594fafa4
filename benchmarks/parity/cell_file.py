"""The file of measured cells: JSON lines in a folder, from which an interrupted comparison goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.parity.cells import FinalEffect, ParityCell
from benchmarks.suite.misuse import Misuse

NAME = "cells.jsonl"


class CellFile:
    """The cells of a folder; each belongs to the versions of its searcher's libraries.

    Args:
        folder: made if it is missing; None keeps nothing.
        versions: gives those of a searcher; cells of others are not taken.

    Raises:
        Misuse: if the file holds something else.
    """

    def __init__(self, folder: Path | None, versions: Callable[[str], Mapping[str, str]]) -> None:
        self._path, self._versions = folder and folder / NAME, versions
        self.cells: dict[tuple[str, str], ParityCell] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        if (path := self._path) is None or not path.is_file():
            return
        for number, line in enumerate(path.read_text().splitlines(), 1):
            try:
                known = json.loads(line)
                cell = _cell(known["cell"])
            except (ValueError, KeyError, TypeError) as error:
                raise Misuse(f"--keep: line {number} of {path} is not a cell; delete the file") from error
            if known.get("versions") == self._versions(cell.searcher):
                self.cells[cell.searcher, cell.task] = cell

    def add(self, cell: ParityCell) -> None:
        """Keep a cell."""
        self.cells[cell.searcher, cell.task] = cell
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(
                    json.dumps({"versions": self._versions(cell.searcher), "cell": asdict(cell)}) + "\n"
                )


def _cell(values: dict[str, Any]) -> ParityCell:
    fields = values.pop("effect")
    effect = fields and FinalEffect(
        **(fields | {"within": tuple(fields["within"]), "limits": tuple(fields["limits"])})
    )
    return ParityCell(**(values | {"reasons": tuple(values["reasons"]), "effect": effect}))
