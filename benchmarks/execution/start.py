"""The start of a run: its grid, its data and its folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.execution import known_copy, measured_constants
from benchmarks.execution.carry_out import carry_out
from benchmarks.execution.preparation import check_trainables, curves_folder, measure_again
from benchmarks.execution.resume import resume, resumed_grid
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid, asked_preset
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import check_conditions, run_folder
from benchmarks.suite.presets import left_out
from benchmarks.suite.prices import check_cost
from results.compare.run import RUN_FILE
from results.locks import locked
from results.machine import available_cpus

if TYPE_CHECKING:
    from benchmarks.execution.display.base import Display
    from benchmarks.suite.experiment import Experiment


def start(args: argparse.Namespace, note: str = "") -> int:
    """Run, resume or describe the grid that the options describe, and return the exit code.

    Args:
        args: the options.
        note: a line that is shown before it begins.

    Raises:
        CutOff: if the run cannot go on to its end.
    """
    check_conditions(args)
    folder = run_folder(args)
    check_cost(args, folder)
    grid = grid_of(args, folder)
    cpus = args.num_cpus or available_cpus()
    if grid.engine == "tune" and max(grid.workers) > cpus and not args.address:
        raise Misuse(
            f"{max(grid.workers)} workers need as many CPUs, and there are {cpus}; "
            "lower --workers, or raise --num-cpus to let them share"
        )
    if grid.budget and args.actor_pool == "off":
        raise Misuse(
            "--actor-pool off is Tuner.fit, which knows no budget of training; leave out one of "
            "--actor-pool and --budget"
        )
    experiments = expanded(known_copy.of_folder(grid, folder) if args.resume else grid, folder)
    notes = list(measured_constants.use(experiments, folder, args.resume)) if args.constants else []
    notes += known_copy.notes(experiments)
    from benchmarks.execution.display.choice import display_of, fitted

    if args.dry_run:
        from benchmarks.execution.estimate import describe

        curves = curves_folder(args, folder)
        text = describe(
            experiments, cpus, args.jobs, args.data_dir, curves, quiet=args.quiet, verbose=args.verbose
        )
        elsewhere = "on a cluster the time depends on its free CPUs; the estimate is for this machine"
        lines = [
            note,
            *left_out(asked_preset(args), grid),
            *known_copy.notes(experiments),
            text,
            elsewhere if args.address else "",
        ]
        print(fitted("\n".join(filter(None, lines)), sys.stdout))
        return 0
    if args.address:
        from benchmarks.execution.cluster_check import check_address

        check_address(args, experiments)
    notes += left_out(asked_preset(args), grid)
    with display_of(args) as display:
        for line in [note, *notes] if note else notes:
            display.note(line)
        if args.resume:
            with locked(folder):
                return resume(args, folder, experiments, cpus, display)
        return begin(args, folder, grid, experiments, cpus, display)


def grid_of(args: argparse.Namespace, folder: Path) -> Grid:
    """Return the grid that the options describe; of a run that is resumed, the one with which it began."""
    return resumed_grid(args, folder) if args.resume else asked_grid(args)


def begin(
    args: argparse.Namespace,
    folder: Path,
    grid: Grid,
    experiments: list[Experiment],
    cpus: int,
    display: Display,
) -> int:
    """Make the folder of a new run and carry it out; what is missing is found before, and leaves no trace."""
    from benchmarks.execution.loading import load_data
    from benchmarks.execution.user_code import keep
    from results.files import replace_bytes

    refuse_existing(folder)
    check_trainables(args, experiments, set(), display)
    loaded = load_data(experiments, args.data_dir, patience=args.timeout)
    measure_again(args, folder, experiments, loaded, display)
    with locked(folder):
        refuse_existing(folder)  # another run of that name may have ended meanwhile
        replace_bytes(folder / RUN_FILE, grid.to_toml().encode())
        keep(folder)
        known_copy.keep(grid, folder)
        measured_constants.keep(folder)
        return carry_out(args, folder, experiments, experiments, loaded, cpus, display)


def expanded(grid: Grid, folder: Path) -> list[Experiment]:
    """Return the grid's experiments; of a run whose files are gone, say where they are kept."""
    try:
        return list(grid.experiments())
    except Misuse as error:
        from benchmarks.execution.user_code import where_kept

        raise Misuse(f"{error}{where_kept(folder)}") from None


def refuse_existing(folder: Path) -> None:
    """Raise Misuse if the folder is there already, with more in it than a run leaves that never began."""
    from results.files import TEMPORARY
    from results.locks import NAME

    there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    never_began = folder.is_dir() and all(name == NAME or name.startswith(TEMPORARY) for name in there)
    if folder.exists() and not never_began:
        raise Misuse(f"{folder} exists; add --resume to finish that run, or give another --name")
