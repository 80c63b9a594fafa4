"""The code of users' files that a run has trained, kept in its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from benchmarks import user_files
from benchmarks.program.command import Program
from benchmarks.suite.grid import Grid
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.spec_file import read
from benchmarks.suite.user_parts import is_reference
from results.compare.run import RUN_FILE
from results.files import replace_bytes

FOLDER = "code"
MOST_BYTES = 10**6  # of a program's file that is kept: it may be data


def keep(run: Path) -> None:
    """Write the files that this process has named into the run's folder, each version once."""
    programs = [spec.target for spec in TRAINABLES.values() if isinstance(spec.target, Program)]
    named = [(copy.name, copy) for copy in user_files.files().values()]
    files = [path for program in programs for path in program.files().values()]
    named += [(path.name, path) for path in files if path.stat().st_size <= MOST_BYTES]
    for name, path in named:
        content, target = path.read_bytes(), run / FOLDER / name
        if target.is_file() and target.read_bytes() != content:
            target = target.with_suffix(f".{hashlib.sha256(content).hexdigest()[:8]}{target.suffix}")
        if not target.is_file():
            target.parent.mkdir(exist_ok=True)
            replace_bytes(target, content)


def where_kept(run: Path) -> str:
    """Say where the code of a run lies, for one whose files are gone; "" if it has none."""
    names = sorted(path.name for path in (run / FOLDER).glob("*.py"))
    return f"; {run / FOLDER} keeps what the run began with: {', '.join(names)}" if names else ""


def register(run: Path) -> None:
    """Register the trainables that a run's grid names by their files.

    Raises:
        Misuse: if a file is gone, or holds them no longer.
        SpecError: if a part in it lacks something by now.
    """
    path = run / RUN_FILE
    grid = Grid().changed(read(path), str(path)) if path.is_file() else Grid()
    references = [name for name in grid.trainables if is_reference(name)]
    if references:
        TRAINABLES.select(references)
