"""The resumption of a run: its grid, what is left of it, and what may not have changed since."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.execution.carry_out import carry_out
from benchmarks.execution.preparation import check_trainables, measure_again
from benchmarks.suite.grid import Grid, differences
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.spec_file import check_unchanged, read
from results.compare.run import RUN_FILE

if TYPE_CHECKING:
    from benchmarks.execution.loading import Loaded
    from benchmarks.suite.experiment import Experiment


def resumed_grid(args: argparse.Namespace, folder: Path) -> Grid:
    """Return the grid of the run that is to be resumed; what is asked besides must agree with it."""
    if not (folder / RUN_FILE).is_file():
        raise Misuse(f"there is no run to resume in {folder}; leave out --resume, or check --name and --out")
    stored = Grid().changed(read(folder / RUN_FILE), str(folder / RUN_FILE))
    check_unchanged(folder / RUN_FILE, stored)
    wish = asked_grid(args, stored)
    changed = differences(wish, stored)
    if changed:
        name = changed[0]
        raise Misuse(
            f"run {folder.name} was started with {name} = {getattr(stored, name)!r}, not "
            f"{getattr(wish, name)!r}; a resumed run keeps its grid: give another --name for a new one"
        )
    return stored


def resume(args: argparse.Namespace, folder: Path, experiments: list[Experiment], cpus: int) -> int:
    """Run what has no row yet, or is to be tried again, and return the exit code."""
    from benchmarks.execution.loading import load_data
    from benchmarks.execution.user_code import keep
    from results.compare.run import load
    from results.store.store import Store

    store = Store(folder)
    stored, again = store.keys(), set[str]()
    if args.retry:
        again = {e.key for e in experiments}.intersection(load(folder).repeatable["key"])
    left = [e for e in experiments if e.key in again or e.key not in stored]
    loaded = load_data(left, args.data_dir, patience=args.timeout)
    if not args.accept_changes:
        refuse_changes(folder, stored - again, loaded)
    known = {row["trainable"] for row in store.read("experiments").to_pylist() if row["status"] == "ok"}
    check_trainables(args, left, known)
    measure_again(args, folder, experiments, loaded)
    store.withdraw(again)
    keep(folder)
    return carry_out(args, folder, experiments, left, loaded, cpus)


def refuse_changes(folder: Path, keys: set[str], loaded: Loaded) -> None:
    """Raise Misuse if what made these stored experiments is another by now: rows of two would be mixed."""
    from benchmarks.execution.changes import changes, in_a_line
    from benchmarks.execution.loading import data_keys
    from results.compare.row_sources import frame
    from results.store.store import Store

    rows = frame(Store(folder).read("experiments"))  # with the names that parts have in the registry
    differing = changes(rows[rows["key"].isin(keys)], folder, data_keys(loaded))
    if differing:
        raise Misuse(
            f"run {folder.name}: {in_a_line(differing)}; give another --name, or add --accept-changes to "
            "keep both, told apart"
        )
