"""The commands ``tunegrid run`` and ``list``, also as ``python -m benchmarks.run --grid`` and ``--list``."""

from __future__ import annotations

import argparse
import gc
import math
import shlex
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.core.signals import orderly
from benchmarks.suite.grid import Grid, differences
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import (
    LIST,
    PROG,
    REFUSALS,
    RUN,
    changed_conditions,
    check_conditions,
    list_parser,
    parser,
    run_folder,
    run_parser,
)
from benchmarks.suite.spec_file import check_unchanged, read
from results.compare.run import RUN_FILE
from results.console import code_of, on_console, refusal, say_error
from results.machine import available_cpus
from results.parser import split_names
from results.quantities import spelled

if TYPE_CHECKING:
    from benchmarks.execution.loading import Loaded
    from benchmarks.execution.progress import Progress
    from benchmarks.suite.experiment import Experiment
    from results.store.store import Store


@on_console(PROG, *REFUSALS, unwritten=2)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run or list, and return the exit code; see ``run``."""
    args = parser(prog).parse_args(arguments)
    return show_list(args) if args.list is not None else run_grid(args)


@on_console(RUN, *REFUSALS, unwritten=2)
def run(arguments: Sequence[str] | None = None, prog: str = RUN) -> int:
    """Run a grid and return the exit code.

    0: done; 1: nothing worked, a figure could not be written, or the run could not go on (then what has
    finished is stored, and the line that resumes it is printed); 2: misuse; 128 + the signal that ended it:
    130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.
    """
    return run_grid(run_parser(prog).parse_args(arguments))


@on_console(LIST, *REFUSALS, unwritten=2)
def list_parts(arguments: Sequence[str] | None = None, prog: str = LIST) -> int:
    """List the parts and their combinations, and return the exit code."""
    return show_list(list_parser(prog).parse_args(arguments))


def show_list(args: argparse.Namespace) -> int:
    """Print the registry."""
    gc.disable()  # importing Ray makes much that stays: a tenth of the time would be looking for garbage
    try:
        from benchmarks.execution import listing
        from benchmarks.execution.part_pages import pages

        if args.list:
            print(pages(split_names(args.list), as_json=args.json))
        else:
            print(listing.as_json() if args.json else listing.as_text())
    finally:
        gc.enable()
    return 0


class CutOff(Exception):
    """A run that could not go on to its end; what has finished is stored.

    Attributes:
        code: the exit code of a command.
        resume: how the run is resumed.
    """

    def __init__(self, why: str, code: int, resume: str) -> None:
        super().__init__(f"{why}; resume with: {resume}")
        self.code, self.resume = code, resume


def run_grid(args: argparse.Namespace) -> int:
    """Run, resume or describe a grid, and return the exit code."""
    try:
        return asked_run(args)
    except CutOff as end:
        return end.code


def asked_run(args: argparse.Namespace) -> int:
    """Do as ``run_grid``.

    Raises:
        CutOff: if the run cannot go on to its end.
    """
    from benchmarks.execution import own_constants

    check_conditions(args)
    folder = run_folder(args)
    grid = resumed_grid(args, folder) if args.resume else asked_grid(args)
    cpus = args.num_cpus or available_cpus()
    if grid.engine == "tune" and grid.workers > cpus:
        raise Misuse(
            f"{grid.workers} workers need as many CPUs, and there are {cpus}; "
            "lower --workers, or raise --num-cpus to let them share"
        )
    experiments = expanded(grid, folder)
    notes = list(own_constants.use(experiments, folder, args.resume)) if args.constants else []
    if args.dry_run:
        from benchmarks.execution.estimate import describe

        print(describe(experiments, cpus, args.jobs, args.data_dir, curves_folder(args, folder)))
        return 0
    if notes:
        print("\n".join(notes), flush=True)
    from benchmarks.execution.loading import load_data
    from benchmarks.execution.own_code import keep
    from results.files import replace_bytes
    from results.locks import locked

    if args.resume:
        with locked(folder):
            return go_on(args, folder, experiments, cpus)
    refuse_existing(folder)
    check_trainables(args, experiments, set())
    # Before the folder is made: missing data leaves no trace.
    loaded = load_data(experiments, args.data_dir, patience=args.timeout)
    measure_again(args, folder, experiments, loaded)
    with locked(folder):
        refuse_existing(folder)  # another run of that name may have ended meanwhile
        replace_bytes(folder / RUN_FILE, grid.to_toml().encode())
        keep(folder)
        own_constants.keep(folder)
        return carry_out(args, folder, experiments, experiments, loaded, cpus)


def expanded(grid: Grid, folder: Path) -> list[Experiment]:
    """Return the grid's experiments; of a run whose files are gone, say where they are kept."""
    try:
        return list(grid.experiments())
    except Misuse as error:
        from benchmarks.execution.own_code import where_kept

        raise Misuse(f"{error}{where_kept(folder)}") from None


def check_trainables(args: argparse.Namespace, experiments: list[Experiment], known: set[str]) -> None:
    """Train the first epochs of trainables that have none in this run, and say what they lack.

    Raises:
        Misuse: if nothing can come of one.
    """
    from benchmarks.execution.answers import answer_by_rule
    from benchmarks.execution.check import check
    from benchmarks.suite.engines import ENGINES
    from benchmarks.suite.registry import TRAINABLES

    if args.check is False:
        return
    trained = [e for e in experiments if not ENGINES[e.engine].from_curves]
    for name in dict.fromkeys(e.trainable for e in trained):
        new = bool(TRAINABLES.file_of(name)) and name not in known
        mine = [e for e in trained if e.trainable == name]
        if (new or args.check) and any(answer_by_rule(e) is None for e in mine):
            print("\n".join(check(name, mine, args.data_dir, args.timeout)), flush=True)


def go_on(args: argparse.Namespace, folder: Path, experiments: list[Experiment], cpus: int) -> int:
    """Run what has no row yet, or is to be tried again."""
    from benchmarks.execution.loading import load_data
    from benchmarks.execution.own_code import keep
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


def curves_folder(args: argparse.Namespace, folder: Path) -> Path:
    """Return the folder of trained curves."""
    return Path(args.curves or folder / "curves").absolute()


def measure_again(
    args: argparse.Namespace, folder: Path, experiments: list[Experiment], loaded: Loaded
) -> None:
    """Measure the seconds of known curves again, if that is asked for."""
    if args.recost is None:
        return
    from benchmarks.execution.recost import recost
    from benchmarks.suite.engines import ENGINES

    if not all(ENGINES[e.engine].trains_once for e in experiments):
        raise Misuse("--recost needs --engine live: no other engine keeps the seconds of epochs")
    for measured in recost(curves_folder(args, folder), experiments, loaded, args.recost, args.stall):
        print(f"seconds measured again: {measured}", flush=True)


def resumed_grid(args: argparse.Namespace, folder: Path) -> Grid:
    """Return the grid of the run that is to be resumed; what is asked besides must agree with it."""
    if not (folder / RUN_FILE).is_file():
        raise Misuse(f"there is no run to resume in {folder}; leave out --resume, or check --name and --out")
    stored = Grid().changed(read(folder / RUN_FILE), str(folder / RUN_FILE))
    check_unchanged(folder / RUN_FILE, stored)
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
    """Raise Misuse if the folder is there already, with more in it than a run leaves that never began."""
    from results.files import TEMPORARY
    from results.locks import NAME

    there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    never_began = folder.is_dir() and all(name == NAME or name.startswith(TEMPORARY) for name in there)
    if folder.exists() and not never_began:
        raise Misuse(f"{folder} exists; add --resume to finish that run, or give another --name")


def refuse_changes(folder: Path, keys: set[str], loaded: Loaded) -> None:
    """Raise Misuse if what made these stored experiments is another by now: rows of two would be mixed."""
    from benchmarks.execution.changes import changes, in_a_line
    from benchmarks.execution.loading import data_keys
    from results.compare.run import frame
    from results.store.store import Store

    rows = frame(Store(folder).read("experiments"))  # with the names that parts have in the registry
    found = changes(rows[rows["key"].isin(keys)], folder, data_keys(loaded))
    if found:
        raise Misuse(
            f"run {folder.name}: {in_a_line(found)}; give another --name, or add --accept-changes to keep "
            "both, told apart"
        )


def carry_out(
    args: argparse.Namespace,
    folder: Path,
    experiments: list[Experiment],
    left: list[Experiment],
    loaded: Loaded,
    cpus: int,
) -> int:
    """Run what is left, draw the figures, and say how it went."""
    from benchmarks.core.scratch import sweep_once
    from benchmarks.engines.common.outcome import ClusterDied
    from benchmarks.engines.common.runner import Limits
    from benchmarks.execution.answers import answer_by_rule
    from benchmarks.execution.driver import Conditions, Driver, OutOfTime
    from benchmarks.execution.notify import Notify
    from benchmarks.execution.progress import Progress
    from results.store.store import Store

    store = Store(folder)
    store.repair()
    sweep_once()  # what was killed has left something elsewhere too
    to_run = sum(answer_by_rule(e) is None for e in left)
    stored = statuses(store, {e.key for e in experiments})
    notify = Notify(args.notify, folder)
    progress = Progress(len(experiments), stored, to_run, notify=notify)
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
        curves=curves_folder(args, folder),
        keep_checkpoints=args.keep_checkpoints,
        retry=args.retry,
    )
    until = math.inf if args.max_time is None else time.monotonic() + args.max_time
    in_time = True
    try:
        with orderly():
            Driver(folder, store, conditions, progress, until=until).run(left, loaded)
    except OutOfTime:
        in_time = False
        say_end(args, folder, progress, f"--max-time {spelled(args.max_time)} is over")
    except KeyboardInterrupt as interrupt:
        raise cut_off(args, folder, progress, "interrupted", code_of(interrupt)) from interrupt
    except ClusterDied as died:
        raise cut_off(args, folder, progress, f"{died}, though it was started anew", 1) from died
    except OSError as error:
        raise cut_off(args, folder, progress, refusal(error, folder), 1) from error
    if in_time:
        print("\n".join([progress.summary(), *(f"  {line}" for line in progress.why_not_run())]))
        progress.end()
    if args.no_figures:
        print(f"results: {folder}")
    drawn = args.no_figures or draw(folder, args.invoked)
    return 0 if drawn and (progress.new["ok"] or not to_run) else 1


def statuses(store: Store, keys: set[str]) -> Counter[str]:
    """Return how many of these experiments are stored with which status."""
    table = store.read("experiments").select(["key", "status"]).to_pylist()
    return Counter(row["status"] for row in table if row["key"] in keys)


def cut_off(args: argparse.Namespace, folder: Path, progress: Progress, why: str, code: int) -> CutOff:
    """Say why the run ends before its end, and return the error that ends it."""
    say_end(args, folder, progress, why)
    return CutOff(why, code, resume_command(args, folder))


def say_end(args: argparse.Namespace, folder: Path, progress: Progress, why: str) -> None:
    """Say why the run ends before its end, what is stored, and how to go on."""
    progress.clear()
    print(f"\n{why}; {progress.summary()}")
    print(f"resume with: {resume_command(args, folder)}", flush=True)
    progress.end()


def draw(folder: Path, prog: str) -> bool:
    """Draw all figures of the run, say where its results are, and return whether all could be written."""
    from results.figures import make_all

    made = 0
    try:
        with orderly():
            made = len(make_all(folder))
    except OSError as error:  # the results are stored
        say_error(prog, f"{refusal(error)}; tunegrid figures {folder} draws again")
        return False
    finally:
        print(
            f"results: {folder}" + (f", {made} figures in {folder / 'figures'}" if made else ""), flush=True
        )
    return True


def resume_command(args: argparse.Namespace, folder: Path) -> str:
    """Return the command, or the call, that finishes this run under the same conditions."""
    if args.call is not None:
        return str(args.call(folder))
    command = [*args.invoked.split(), "--resume", "--name", folder.name]
    return shlex.join(command + changed_conditions(args))


if __name__ == "__main__":
    sys.exit(main())
