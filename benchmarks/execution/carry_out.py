"""The execution of a run's experiments: the driver's part, the figures, and the line that resumes it."""

from __future__ import annotations

import argparse
import math
import shlex
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.core.signals import orderly
from benchmarks.execution.preparation import curves_folder
from benchmarks.suite.options import changed_conditions
from benchmarks.suite.prices import prices_of
from results.console import code_of, refusal, say_error
from results.quantities import spelled

if TYPE_CHECKING:
    from benchmarks.engines.common.engine import Conditions
    from benchmarks.execution.display.base import Display
    from benchmarks.execution.driver import Driver
    from benchmarks.execution.loading import Loaded
    from benchmarks.execution.metering import Meter
    from benchmarks.execution.progress import Progress
    from benchmarks.suite.experiment import Experiment
    from results.store.store import Store


class CutOff(Exception):
    """A run that could not go on to its end; what has finished is stored.

    Attributes:
        code: the exit code of a command.
        resume: how the run is resumed.
    """

    def __init__(self, why: str, code: int, resume: str) -> None:
        super().__init__(f"{why}; resume with: {resume}")
        self.code, self.resume = code, resume


def carry_out(
    args: argparse.Namespace,
    folder: Path,
    experiments: list[Experiment],
    left: list[Experiment],
    loaded: Loaded,
    cpus: int,
    display: Display,
) -> int:
    """Run what is left, draw the figures, and show how it went."""
    from benchmarks.core.scratch import sweep_once
    from benchmarks.execution.driver import Driver
    from results.store.store import Store

    store = Store(folder)
    store.repair()
    sweep_once()  # what was killed has left something elsewhere too
    progress, to_run = begin_progress(args, folder, store, experiments, left, display)
    meter = metered(args, folder, cpus)
    until = math.inf if args.max_time is None else time.monotonic() + args.max_time
    driver = Driver(folder, store, conditions_of(args, folder, cpus), progress, until=until, meter=meter)
    if drive(driver, args, left, loaded):
        progress.end(folder)
    if args.no_figures:
        display.drawn(folder, 0, None)
    drawn = args.no_figures or draw(folder, args.invoked, display)
    return 0 if drawn and (progress.new["ok"] or not to_run) else 1


def begin_progress(
    args: argparse.Namespace,
    folder: Path,
    store: Store,
    experiments: list[Experiment],
    left: list[Experiment],
    display: Display,
) -> tuple[Progress, int]:
    """Show what is to be run; return the progress, and the number of experiments that no rule answers."""
    from benchmarks.execution.answers import answer_by_rule
    from benchmarks.execution.notify import Notify
    from benchmarks.execution.progress import Progress

    to_run = sum(answer_by_rule(experiment) is None for experiment in left)
    stored = statuses(store, {experiment.key for experiment in experiments})
    progress = Progress(len(experiments), stored, to_run, display, Notify(args.notify, folder))
    display.began(folder, len(experiments), to_run, progress.done)
    return progress, to_run


def conditions_of(args: argparse.Namespace, folder: Path, cpus: int) -> Conditions:
    """Return the conditions under which the engines run experiments."""
    from benchmarks.engines.common.engine import Conditions
    from benchmarks.engines.common.runner import Limits

    return Conditions(
        limits=Limits(args.timeout, args.stall),
        num_cpus=cpus,
        num_gpus=args.num_gpus,
        jobs=args.jobs,
        actor_pool=args.actor_pool == "on",
        tensorboard=args.tensorboard,
        curves=curves_folder(args, folder),
        keep_checkpoints=args.keep_checkpoints,
        retry=args.retry,
        address=args.address,
        placement=args.placement,
        accelerator=args.accelerator,
        run=folder,
        storage=args.storage,
    )


def drive(driver: Driver, args: argparse.Namespace, left: list[Experiment], loaded: Loaded) -> bool:
    """Run experiments; return False if a limit of the run was reached before its end, which is shown.

    Raises:
        CutOff: if the run cannot go on to its end.
    """
    from benchmarks.engines.common.outcome import ClusterDied
    from benchmarks.execution.driver import LimitReached

    folder, progress = driver.run_folder, driver.progress
    try:
        with orderly():
            driver.run(left, loaded)
    except LimitReached as reached:
        if reached.limit == "time":
            why = f"--max-time {spelled(args.max_time)} is over"
        else:
            why = f"--max-cost {args.max_cost} is spent ({driver.meter.words})"
        progress.end(folder, why, resume_command(args, folder))
        return False
    except KeyboardInterrupt as interrupt:
        raise cut_off(args, folder, progress, "interrupted", code_of(interrupt)) from interrupt
    except ClusterDied as died:
        why = str(died) if args.address else f"{died}, though it was started anew"
        raise cut_off(args, folder, progress, why, 1) from died
    except OSError as error:
        raise cut_off(args, folder, progress, refusal(error, folder), 1) from error
    return True


def metered(args: argparse.Namespace, folder: Path, cpus: int) -> Meter:
    """Return the meter of what the run costs, and keep its prices in its folder."""
    from benchmarks.execution.metering import NONE, Meter
    from results.files import replace_bytes
    from results.prices import FILE, stored

    prices = prices_of(args) or stored(folder)
    if prices is not None:
        replace_bytes(folder / FILE, prices.to_toml().encode())
    return Meter(args.max_cost, prices or NONE, cpus, args.num_gpus or 0)


def statuses(store: Store, keys: set[str]) -> Counter[str]:
    """Return how many of these experiments are stored with which status."""
    table = store.read("experiments").select(["key", "status"]).to_pylist()
    return Counter(row["status"] for row in table if row["key"] in keys)


def cut_off(args: argparse.Namespace, folder: Path, progress: Progress, why: str, code: int) -> CutOff:
    """Say why the run ends before its end, and return the error that ends it."""
    resume = resume_command(args, folder)
    progress.end(folder, why, resume)
    return CutOff(why, code, resume)


def draw(folder: Path, prog: str, display: Display) -> bool:
    """Draw all figures of the run, show where its results are, and return whether all could be written."""
    from results.figures import make_all

    count = 0
    try:
        with orderly():
            count = len(make_all(folder))
    except OSError as error:  # the results are stored
        say_error(prog, f"{refusal(error)}; tunegrid figures {folder} draws again")
        return False
    finally:
        display.drawn(folder, count, folder / "figures")
    return True


def resume_command(args: argparse.Namespace, folder: Path) -> str:
    """Return the command, or the call, that finishes this run under the same conditions."""
    if args.call is not None:
        return str(args.call(folder))
    command = [*args.invoked.split(), "--resume", "--name", folder.name]
    return shlex.join(command + changed_conditions(args))
