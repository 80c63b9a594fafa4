"""``--dry-run``: the experiments of a run, and how long they may take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.execution.answers import answer_by_rule
from benchmarks.execution.epoch_costs import EpochCosts, epoch_costs
from benchmarks.execution.loading import data_needed, load_data
from benchmarks.execution.price import price
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment

#: Seconds of an experiment besides training; see docs/performance.md.
OVERHEAD_S = 0.5


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
    trained = [e for e in to_run if not ENGINES[e.engine].from_curves]  # an epoch of a curve takes no time
    loaded = load_data(trained, data_dir)
    costs = epoch_costs(loaded)
    lines += costs.lines()
    if any(ENGINES[e.engine].trains_once for e in to_run):
        lines += price(to_run, loaded, costs, curves).lines(cpus, costs.words)
    else:
        lines.append(most_time(to_run, costs, cpus, jobs))
    return "\n".join(lines)


def most_time(experiments: Sequence[Experiment], costs: EpochCosts, cpus: int, jobs: int) -> str:
    """Return an upper estimate of the time in words: no early stopping."""
    seconds = 0.0
    for e in experiments:
        one_process = ENGINES[e.engine].virtual_clock  # for all of its trials
        runners = jobs or (cpus if one_process else max(1, cpus // e.workers))
        training = e.trials * e.epochs * costs.seconds.get(data_needed(e), 0.0) / e.workers
        if e.time_budget and not one_process:
            training = min(training, e.time_budget)
        seconds += (training + OVERHEAD_S) / runners
    return f"at most about {seconds / 60:.1f} min on {cpus} CPUs ({costs.words})"
