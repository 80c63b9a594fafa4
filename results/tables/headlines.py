"""Tables of headlines: speed-up over random search, regret, failure rate, and the metric beside its test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from results.compare.comparison import Comparison
from results.compare.headline import INTERVALS
from results.compare.ranking import single
from results.compare.speedup import FAILURE, REGRET, SPEED_UP
from results.compare.units import metric_of
from results.tables.combinations import SHOWN
from results.tables.model import Column, Estimate, Table, Value
from results.tables.table_inputs import TableInputs, caption, each_task, table_name

_METRICS = {"validated": "validated", "noise_free": "noise-free", "test": "test"}


def headlines(inputs: TableInputs) -> Iterator[Table]:
    """Yield the headline of each combination, over all tasks and for each of them."""
    for comparison in inputs.comparisons:
        yield from _table(table_name("headline", comparison), comparison)
        for task, alone in each_task(comparison).items():
            yield from _table(table_name(f"headline-{task}", comparison), alone)


def _table(name: str, comparison: Comparison) -> Iterator[Table]:
    """Yield the table, unless no task's distribution of random configurations is known."""
    frame = comparison.headline
    if frame.empty:
        return
    metric = metric_of(comparison)
    shown = [one for one in _METRICS if one in frame and frame[one].notna().any()]
    optimism = "test" in shown
    columns = [
        Column("searcher", "searcher"),
        Column("scheduler", "scheduler"),
        Column("speed_up", "speed-up", "interval", "speed-up"),
        Column("lower_bounds", "lower bounds", "count"),
        Column("regret", "regret", "interval", "regret"),
        Column("area", "AOCC", "interval", "regret"),
        Column("failures", "failures", "count"),
        Column("failure", "failure rate", "interval", "rate"),
        *(Column(one, f"{metric}, {_METRICS[one]}", "number", metric) for one in shown),
    ]
    if optimism:
        columns.append(Column("optimism", "validation optimism", "interval", metric))
    rows = tuple(_row(row, shown, optimism) for row in frame.to_dict("records"))
    more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
    tasks = f"{'task' if len(comparison.tasks) == 1 else 'tasks'} {', '.join(comparison.tasks)}"
    text = (
        f"Speed-up, regret and failures beside random search, {caption(comparison, tasks)}{more} Speed-up: "
        f"{SPEED_UP}; lower bounds: runs that are better than the whole sample of random configurations. "
        f"Regret: {REGRET}. AOCC: area over the convergence curve, 1 minus the mean of the regret over the "
        f"budget's epochs, higher is better. Failure rate: {FAILURE}. All by the incumbent's noise-free "
        f"value where it is known, else by the validated one{_judged(comparison)}. {INTERVALS}, each by "
        "itself: nothing is in bold, as they do not test which is best."
    )
    if optimism:
        text += " Validation optimism: by how much the validated metric is better than the test metric."
    if alone := single(comparison):
        text += f" {alone}"
    yield Table(name, text, tuple(columns), rows, shown=SHOWN)


def _row(row: dict[Any, Any], shown: list[str], optimism: bool) -> tuple[Value, ...]:
    def estimate(name: str) -> Estimate:
        return Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])

    return (
        row["searcher"],
        row["scheduler"],
        estimate("speed_up"),
        row["lower_bounds"],
        estimate("regret"),
        estimate("area"),
        row["failures"],
        estimate("failure"),
        *(row[one] for one in shown),
        *([estimate("optimism")] if optimism else []),
    )


def _judged(comparison: Comparison) -> str:
    """Return of how many runs the noise-free value is known."""
    known = int(comparison.outcomes["noise_free"].notna().sum())
    return f" (known of {known} of {len(comparison.outcomes)} runs)"
