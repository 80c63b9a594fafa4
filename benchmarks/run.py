"""The command line: ``python -m benchmarks.run --grid``."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cluster import available_cpus
from benchmarks.grid import Grid, Misuse, differences, read
from benchmarks.options import asked_grid, changed_conditions, check_conditions, parser, run_folder
from benchmarks.registry import UnknownName
from benchmarks.trainables._errors import DataError
from results import RUN_FILE
from results.files import NotWritten
from results.store import ResultsError

if TYPE_CHECKING:
    from benchmarks.driver import Loaded
    from benchmarks.experiment import Experiment


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 (nothing worked), 2 (misuse), 130 (interrupted)."""
    args = parser().parse_args(argv)
    try:
        return show_list(args) if args.list else run_grid(args)
    except (Misuse, UnknownName, DataError, ResultsError) as error:
        message = error.args[0]
    except OSError as error:
        message = (
            f"{error.filename or 'a file'}: {error.strerror or error}; check the path and its permissions"
        )
    print(f"python -m benchmarks.run: {message}", file=sys.stderr)
    return 2


def show_list(args: argparse.Namespace) -> int:
    """Print the registry."""
    from benchmarks import listing

    print(listing.as_json() if args.json else listing.as_text())
    return 0


def run_grid(args: argparse.Namespace) -> int:
    """Run, resume or describe a grid."""
    check_conditions(args)
    folder = run_folder(args)
    grid = resumed_grid(args, folder) if args.resume else asked_grid(args)
    cpus = args.num_cpus or available_cpus()
    if grid.engine == "tune" and grid.workers > cpus:
        raise Misuse(
            f"{grid.workers} workers need as many CPUs, and there are {cpus}; "
            "lower --workers, or raise --num-cpus to let them share"
        )
    experiments = list(grid.experiments())
    if args.dry_run:
        from benchmarks.estimate import describe

        print(describe(experiments, cpus, args.jobs, args.data_dir))
        return 0
    from benchmarks.driver import load_data
    from results import load
    from results.store import Store

    if not args.resume:
        refuse_existing(folder)
    store = Store(folder)
    stored = store.keys() if args.resume else set()
    if args.retry:
        again = {e.key for e in experiments}.intersection(load(folder).repeatable["key"])
        store.withdraw(again)
        stored -= again
    left = [e for e in experiments if e.key not in stored]
    loaded = load_data(left, args.data_dir)  # before the folder is made: missing data leaves no trace
    if not args.resume:
        folder.mkdir(parents=True)
        (folder / RUN_FILE).write_text(grid.to_toml())
    return carry_out(args, folder, experiments, left, loaded, cpus)


def resumed_grid(args: argparse.Namespace, folder: Path) -> Grid:
    """Return the grid of the run that is to be resumed; what is asked besides must agree with it."""
    if not (folder / RUN_FILE).is_file():
        raise Misuse(f"there is no run to resume in {folder}; leave out --resume, or check --name and --out")
    stored = Grid().changed(read(folder / RUN_FILE), str(folder / RUN_FILE))
    asked = asked_grid(args, stored)
    changed = differences(asked, stored)
    if changed:
        name = changed[0]
        raise Misuse(
            f"run {folder.name} was started with {name} = {getattr(stored, name)!r}, not "
            f"{getattr(asked, name)!r}; a resumed run keeps its grid: give another --name for a new one"
        )
    return stored


def refuse_existing(folder: Path) -> None:
    """Raise Misuse if the folder is there already."""
    if folder.exists():
        raise Misuse(f"{folder} exists; add --resume to finish that run, or give another --name")


def carry_out(
    args: argparse.Namespace,
    folder: Path,
    experiments: list[Experiment],
    left: list[Experiment],
    loaded: Loaded,
    cpus: int,
) -> int:
    """Run what is left, draw the figures, and say how it went."""
    from benchmarks.driver import Conditions, Driver, answer_by_rule
    from benchmarks.lane import Limits
    from benchmarks.progress import Progress
    from results.store import Store

    store = Store(folder)
    store.repair()
    to_run = sum(answer_by_rule(e) is None for e in left)
    progress = Progress(len(experiments), len(experiments) - len(left), to_run)
    print(
        f"run {folder}: {len(experiments)} experiments, {to_run} to run, {progress.done} stored", flush=True
    )
    conditions = Conditions(
        limits=Limits(args.timeout, args.stall),
        num_cpus=cpus,
        num_gpus=args.num_gpus,
        jobs=args.jobs,
        actor_pool=args.actor_pool == "on",
        tensorboard=args.tensorboard,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: a resumable run
    try:
        Driver(folder, store, conditions, progress).run(left, loaded)
    except KeyboardInterrupt:
        print(f"\ninterrupted; {progress.summary()}")
        print(f"resume with: {resume_command(args, folder)}", flush=True)
        return 130
    print(progress.summary())
    try:
        made = 0 if args.no_figures else draw(folder)
    except NotWritten as error:  # the results are stored
        print(f"results: {folder}\nerror: {error}; python -m results.figures {folder} draws again")
        return 1
    print(f"results: {folder}" + (f", {made} figures in {folder / 'figures'}" if made else ""))
    worked = progress.counts["ok"] or not to_run
    return 0 if worked else 1


def draw(folder: Path) -> int:
    """Draw all figures of the run and return how many files there are.

    Raises:
        NotWritten: if a file cannot be written.
    """
    from results.figures import make_all

    return len(make_all(folder))


def resume_command(args: argparse.Namespace, folder: Path) -> str:
    """Return the command that finishes this run under the same conditions."""
    command = ["python", "-m", "benchmarks.run", "--grid", "--resume", "--name", folder.name]
    return shlex.join(command + changed_conditions(args))


if __name__ == "__main__":
    sys.exit(main())
