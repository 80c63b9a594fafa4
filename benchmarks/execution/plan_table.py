"""The plan of a run: a line for each experiment, or tables of how many run and how long they may take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.execution.answers import answer_by_rule
from benchmarks.suite.experiment import Experiment

#: What the tables go by: the title of the first column, and the field of an experiment.
KINDS = (
    ("TRAINABLE", "trainable"),
    ("SEARCHER", "searcher"),
    ("SCHEDULER", "scheduler"),
    ("DEVICE", "device"),
    ("WORKERS", "workers"),
)
USUAL = ("DEVICE", "WORKERS")  # which have no table if all experiments have the same


@dataclass(frozen=True)
class ExperimentPlan:
    """An experiment that is asked for; ``reason`` is the rule's that answers it, empty if it runs."""

    experiment: Experiment
    reason: str

    @property
    def line(self) -> str:
        """Its key, its title, and whether it runs."""
        return f"{self.experiment.key}  {self.experiment.title}  {self.reason or 'to run'}"


def planned(experiments: Iterable[Experiment]) -> list[ExperimentPlan]:
    """Return what becomes of experiments."""
    plan = []
    for e in experiments:
        ruled = answer_by_rule(e)
        plan.append(ExperimentPlan(e, f"{ruled.status}: {ruled.row['reason']}" if ruled else ""))
    return plan


def reasons(plan: Sequence[ExperimentPlan]) -> list[str]:
    """Return a line for each reason for which experiments do not run, the most first."""
    counts = Counter(one.reason for one in plan if one.reason)
    return [f"{count} {reason}" for reason, count in counts.most_common()]


def table(plan: Sequence[ExperimentPlan], shares: Mapping[str, float]) -> list[str]:
    """Return the lines of a table by trainable, by searcher and by scheduler.

    Args:
        plan: of the run.
        shares: the key of an experiment -> its part of the seconds of the run; empty if that is unknown.
    """
    lines: list[str] = []
    width = max(len(str(getattr(one.experiment, field))) for one in plan for _, field in KINDS)
    for title, field in KINDS:
        values = [str(getattr(one.experiment, field)) for one in plan]
        if title in USUAL and len(set(values)) == 1:
            continue
        runs, ruled, seconds = Counter[str](), Counter[str](), defaultdict[str, float](float)
        for value, one in zip(values, plan, strict=True):
            (ruled if one.reason else runs)[value] += 1
            seconds[value] += shares.get(one.experiment.key, 0.0)
        heads = f"  {title:<{width}}  {'to run':>7}  {'by rule':>7}" + (f"  {'time':>9}" if shares else "")
        lines += [heads]
        for value in dict.fromkeys(values):
            row = f"  {value:<{width}}  {runs[value]:>7}  {ruled[value]:>7}"
            lines.append(row + (f"  {_time(seconds[value]):>9}" if shares else ""))
        lines.append("")
    return lines


def _time(seconds: float) -> str:
    """Return a duration in the words of the estimate."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"
