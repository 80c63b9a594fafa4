"""Recording of baselines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from benchmarks.gate.roster import GRID, compatible, core_grid
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TRAINABLES
from results.gate.baselines import FOLDER, SUFFIX, frozen, write
from results.gate.sides import SETTING, Side, StoredSide
from results.locks import locked


def record(
    name: str,
    side: Side,
    folder: Path | None,
    globs: Mapping[str, Sequence[str]],
    repetitions: int,
    say: Callable[[str], None],
    engine: str = "virtual",
) -> Path:
    """Record a side as the baseline ``name`` and return its file.

    Args:
        name: letters, digits, "-", "_" and ".".
        side: a stored side, or ``current``, which then runs the core roster.
        folder: of the file; by default the one of the baselines that ship.
        globs: for "trainable", "searcher" or "scheduler": which, in place of the core roster's.
        repetitions: of ``current``.
        say: called with a line on each step.
        engine: of ``current``.

    Raises:
        Misuse: if the name is not plain, or a trainable has no curves for the engine.
        ResultsError: if no experiment is ok, or another process records this baseline.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name):
        raise Misuse(f"baseline name {name!r} is not plain; use letters, digits, '-', '_' and '.'")
    path = (folder or FOLDER) / f"{name}{SUFFIX}"
    with locked(path, file=True):
        if side.template is None:
            wanted = _wanted(globs, repetitions, engine)
            say(f"running {len(wanted)} experiments on the engine {engine}")
            side = StoredSide(side.name, side.rows(wanted), side.environments)
        rows = frozen(side)
        if side.template is not None and (lost := len(side.template) - len(rows.template)):
            say(f"{lost} of {len(side.template)} experiments are not ok, and no part of the baseline")
        chosen = pd.Series(True, index=rows.template.index)
        for column, patterns in globs.items():
            chosen &= rows.template[column].map(
                lambda one, p=tuple(patterns): any(fnmatchcase(one, g) for g in p)
            )
        write(frozen(StoredSide(name, rows.template[chosen], rows.environments)), path)
    return path


def _wanted(globs: Mapping[str, Sequence[str]], repetitions: int, engine: str) -> pd.DataFrame:
    """Return the settings of the core grid's experiments, with the named parts in place of its own."""
    for name in TRAINABLES.select(list(globs.get("trainable", GRID.trainables))):
        if ENGINES[engine].from_curves and TRAINABLES[name].curves is None:
            raise Misuse(
                f"{name} has no learning curves for the engine {engine}; add --engine live, which trains "
                "each configuration once, or leave it out"
            )
    patterns_by_option: dict[str, object] = {f"{name}s": list(patterns) for name, patterns in globs.items()}
    values = {**patterns_by_option, "repetitions": repetitions, "engine": engine}
    grid = core_grid().changed(values, "options")
    return pd.DataFrame([experiment.row for experiment in compatible(grid.experiments())])[SETTING]
