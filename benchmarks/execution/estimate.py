"""``--dry-run``: the experiments of a run, and how long they may take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.execution.answers import answer_by_rule
from benchmarks.execution.epoch_costs import EpochCosts, epoch_costs
from benchmarks.execution.loading import load_data
from benchmarks.execution.outlook import Outlook, outlook
from benchmarks.execution.price import Price, price
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment


def describe(
    experiments: Sequence[Experiment], cpus: int, jobs: int, data_dir: str | None, curves: Path | None = None
) -> str:
    """Return what would run, and an estimate of the time.

    Args:
        experiments: of the run.
        cpus: that they share.
        jobs: experiments at the same time; 0 means as many as fit the CPUs.
        data_dir: where data lies that is not shipped.
        curves: the folder of trained curves, for the engine ``live``.
    """
    lines = []
    for e in experiments:
        ruled = answer_by_rule(e)
        what = f"{ruled.status}: {ruled.row['reason']}" if ruled else "to run"
        lines.append(f"{e.key}  {e.title}  {what}")
    counts = Counter("to run" if answer_by_rule(e) is None else "answered by a rule" for e in experiments)
    lines.append(", ".join(f"{n} {what}" for what, n in counts.items()))
    to_run = [e for e in experiments if answer_by_rule(e) is None]
    if to_run:
        found, costs = foreseen(to_run, cpus, jobs, data_dir, curves)
        lines += [*costs.lines(), *found.lines(cpus, costs.words if costs.seconds else "")]
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
