"""``--dry-run``: the experiments of a run, and how long they may take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.execution.epoch_costs import EpochCosts, epoch_costs
from benchmarks.execution.loading import load_data
from benchmarks.execution.outlook import Outlook, outlook
from benchmarks.execution.plan_table import planned, reasons, table
from benchmarks.execution.price import Price, price
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment

MOST_LINES = 20  # experiments of which each has a line without being asked


def describe(
    experiments: Sequence[Experiment],
    cpus: int,
    jobs: int,
    data_dir: str | None,
    curves: Path | None = None,
    *,
    quiet: bool = False,
    verbose: bool = False,
) -> str:
    """Return what would run, and an estimate of the time.

    Args:
        experiments: of the run.
        cpus: that they share.
        jobs: experiments at the same time; 0 means as many as fit the CPUs.
        data_dir: where data lies that is not shipped.
        curves: the folder of trained curves, for the engine ``live``.
        quiet: the counts and the estimate alone.
        verbose: a line for each experiment, however many there are; else many are a table.
    """
    plan = planned(experiments)
    to_run = [one.experiment for one in plan if not one.reason]
    estimate, costs = foreseen(to_run, cpus, jobs, data_dir, curves) if to_run else (None, None)
    every = verbose or len(plan) <= MOST_LINES
    lines = []
    if every and not quiet:
        lines += [one.line for one in plan]
    elif not quiet:
        lines += table(plan, estimate.shares if isinstance(estimate, Outlook) else {})
    counts = {"to run": len(to_run), "answered by a rule": len(plan) - len(to_run)}
    lines.append(", ".join(f"{n} {what}" for what, n in counts.items() if n))
    if not every and not quiet:
        lines += [f"  {line}" for line in reasons(plan)]
    if estimate is not None and costs is not None:
        lines += [*costs.lines(), *estimate.lines(cpus, costs.words if costs.seconds else "")]
    return "\n".join(lines)


def foreseen(
    to_run: Sequence[Experiment], cpus: int, jobs: int, data_dir: str | None, curves: Path | None = None
) -> tuple[Outlook | Price, EpochCosts]:
    """Return how long experiments may take, and what an epoch costs; arguments as those of ``describe``."""
    trained = [e for e in to_run if not ENGINES[e.engine].from_curves]  # an epoch of a curve takes no time
    loaded = load_data(trained, data_dir)
    costs = epoch_costs(loaded)
    if any(ENGINES[e.engine].trains_once for e in to_run):
        return price(to_run, loaded, costs, curves), costs
    return outlook(to_run, costs, cpus, jobs), costs
