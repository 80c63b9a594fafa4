"""From what the command line says of an arm to the arm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.gate.current import Current
from benchmarks.suite.misuse import Misuse
from results.compare.run import RUN_FILE
from results.gate.arms import Source, stored_run
from results.gate.baselines import find, read, shipped

CURRENT = "current"


def source(text: str, folder: Path, jobs: int = 0) -> Source:
    """Return the arm that ``text`` names: ``current``, a run folder, or a baseline by its file or name.

    Args:
        text: of the command line.
        folder: where ``current`` runs.
        jobs: of ``current``: experiments at the same time; 0 = as many as there are CPUs.

    Raises:
        Misuse: if there is no such arm.
        ResultsError: if it is damaged.
    """
    if text == CURRENT:
        return Current(folder, jobs)
    if (Path(text) / RUN_FILE).is_file():
        return stored_run(Path(text))
    if path := find(text):
        return replace(read(path), name=text)
    raise Misuse(
        f"{text!r} is no arm; give a run folder such as runs/NAME, a baseline (its file, or one that ships: "
        f" {', '.join(shipped()) or 'none'}), or {CURRENT!r} to run it now"
    )
