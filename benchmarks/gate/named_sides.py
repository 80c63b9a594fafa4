"""The sides of a gate by their names on the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.gate.current import Current
from benchmarks.suite.misuse import Misuse
from results.compare.run import RUN_FILE
from results.gate.baselines import find, read, shipped
from results.gate.sides import Side, stored_run

CURRENT = "current"


def named_side(text: str, folder: Path, jobs: int = 0, curves: Path | None = None, address: str = "") -> Side:
    """Return the side that ``text`` names: ``current``, a run folder, or a baseline by its file or name.

    Args:
        text: of the command line.
        folder: where ``current`` runs.
        jobs: of ``current``: experiments at the same time; 0 = as many as there are CPUs.
        curves: of ``current``: folder of trained curves.
        address: of ``current``: a Ray cluster on which it runs; "" = this machine.

    Raises:
        Misuse: if there is no such side.
        ResultsError: if it is damaged.
    """
    if text == CURRENT:
        return Current(folder, jobs, curves, address)
    if (Path(text) / RUN_FILE).is_file():
        return stored_run(Path(text))
    if path := find(text):
        return replace(read(path), name=text)
    raise Misuse(
        f"unknown side {text!r}; give a run folder such as runs/NAME, a baseline (its file, or one that "
        f"ships: {', '.join(shipped()) or 'none'}), or {CURRENT!r} to run it now"
    )
