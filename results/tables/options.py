"""Table of options: the main effect of each option of a searcher or scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from results.compare.comparison import Comparison
from results.compare.option_effects import PAIRED, frame
from results.compare.ranking import single
from results.compare.speedup import REGRET, SPEED_UP
from results.tables.model import Column, Estimate, Table, Value
from results.tables.table_inputs import TableInputs, caption, each_task, table_name


def options(inputs: TableInputs) -> Iterator[Table]:
    """Yield the response to each option of which several values were run, over all tasks and for each."""
    for comparison in inputs.comparisons:
        yield from _table(table_name("options", comparison), comparison)
        for task, alone in each_task(comparison).items():
            yield from _table(table_name(f"options-{task}", comparison), alone)


def _table(name: str, comparison: Comparison) -> Iterator[Table]:
    rows = frame(comparison)
    if rows.empty:
        return
    heads = {"speed_up": "speed-up", "regret": "regret", "metric": comparison.metric}
    measures = [measure for measure in heads if measure in rows]
    columns = [Column("part", "method"), Column("option", "option"), Column("value", "value")]
    for measure in measures:
        change = "times the default's" if measure == "speed_up" else "less the default's"
        columns += [
            Column(measure, heads[measure], "interval", heads[measure]),
            Column(f"{measure}_change", change, "interval", heads[measure]),
        ]
    columns.append(Column("blocks", "blocks", "count"))
    told = {"speed_up": f"Speed-up: {SPEED_UP}.", "regret": f"Regret: {REGRET}."}
    tasks = f"{'task' if len(comparison.tasks) == 1 else 'tasks'} {', '.join(comparison.tasks)}"
    text = (
        f"Main effects of options, {caption(comparison, tasks)} {PAIRED}: a block; repetitions are the "
        "sample. The interval beside a mean is that of its difference to the mean of all values of the "
        "option, 95 % t; changes are paired, against the default, which is marked by *, or the first value "
        "where it was not "
        f"run; each by itself. {' '.join(told[measure] for measure in measures if measure in told)}"
    )
    if alone := single(comparison):
        text += f" {alone}"
    values = tuple(_row(row, measures) for row in rows.to_dict("records"))
    yield Table(name, text.replace("  ", " ").strip(), tuple(columns), values)


def _row(row: dict[Any, Any], measures: list[str]) -> tuple[Value, ...]:
    estimates = [
        Estimate(*(row[f"{name}{end}"] for end in ("", "_low", "_high")))
        if name == measure or not row["reference"]
        else np.nan
        for measure in measures
        for name in (measure, f"{measure}_change")
    ]
    value = f"{row['value']}*" if row["default"] else row["value"]
    return (row["part"], row["option"], value, *estimates, row["blocks"])
