"""Tables of combinations: scores of searcher x scheduler, their ranking, the best of each task."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.ranking import has_order
from results.compare.scores import SCALE
from results.statistics.intervals import band_in_words, summarise
from results.statistics.stratified import INTERVALS, stratified_mean
from results.tables.model import NOTHING, Column, Estimate, Table, Value
from results.tables.table_inputs import TableInputs, caption, each_task, marked, table_name
from results.types import Floats

SHOWN = 20
WORDS = {"incompatible": "incomp.", "unavailable": "unavail."}


def scores(inputs: TableInputs) -> Iterator[Table]:
    """Yield searcher x scheduler, over all tasks and for each of them."""
    for comparison in inputs.comparisons:
        yield _matrix(table_name("scores", comparison), comparison)
        for task, alone in each_task(comparison).items():
            yield _matrix(table_name(f"scores-{task}", comparison), alone)


def rankings(inputs: TableInputs) -> Iterator[Table]:
    """Yield all combinations, the best first."""
    for comparison in inputs.comparisons:
        ranked = comparison.ranking
        bold, rule = marked(comparison, ranked)
        ordered = has_order(ranked)
        columns = (
            Column("rank", "", "count"),
            Column("searcher", "searcher"),
            Column("scheduler", "scheduler"),
            Column("mean", "mean", "number", "value"),
            Column("difference", "difference to the first", "interval", "value"),
            Column("probability", "P(best)", "chance"),
        )
        rows = tuple(
            (
                row["rank"] if ordered else "",
                row["searcher"],
                row["scheduler"],
                row["mean"],
                Estimate(row["difference"], row["low"], row["high"]) if number and ordered else "",
                row["probability"],
            )
            for number, row in enumerate(ranked.to_dict("records"))
        )
        pairs = zip(ranked["searcher"], ranked["scheduler"], strict=True)
        marks = frozenset((number, 3) for number, pair in enumerate(pairs) if pair in bold)
        more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
        text = (
            f"Combinations by {caption(comparison)}{more} In brackets: simultaneous 95 % limits of "
            "the paired difference, Bonferroni-corrected. P(best): probability that the combination is the "
            f"best, by empirical Bayes. {rule}"
        )
        yield Table(table_name("ranking", comparison), text, columns, rows, marks, SHOWN)


def best_by_task(inputs: TableInputs) -> Iterator[Table]:
    """Yield the best combination of each task."""
    for comparison in inputs.comparisons:
        each = each_task(comparison) or {comparison.complete.tasks[0]: comparison}
        one = next(iter(each.values()))
        words = _interval_words(one)
        measure = f"{one.metric} ({SCALE})" if comparison.doubled else ""
        rows: list[tuple[Value, ...]] = []
        marks = set()
        for number, (task, alone) in enumerate(each.items()):
            ranked = alone.ranking
            bold, _ = marked(alone, ranked)
            first = ranked.iloc[0]
            second = ranked.iloc[1] if len(ranked) > 1 else None
            interval = estimates(alone)[first["searcher"], first["scheduler"]]
            lead: Value = (
                Estimate(second["difference"], second["low"], second["high"]) if second is not None else ""
            )
            count = int(ranked["possible"].sum()) if bold else NOTHING
            name = f"{first['searcher']} x {first['scheduler']}"
            if not has_order(ranked):
                rows.append((task, NOTHING, "", "", NOTHING, len(ranked)))
                continue
            rows.append((task, name, interval, lead, count, len(ranked)))
            if len(bold) == 1:
                marks.add((number, 1))
        columns = (
            Column("task", "task"),
            Column("best", "best combination"),
            Column("mean", "mean", "interval", "value"),
            Column("second", "second minus best", "interval", "value"),
            Column("possible", "may be best", "count"),
            Column("combinations", "of", "count"),
        )
        text = (
            f"The best combination of each task by {caption(comparison, measure)} {words} "
            "Second minus best: simultaneous 95 % limits of the paired difference. May be best: combinations "
            "that cannot be told apart from the best (paired t tests, Bonferroni-corrected); a dash where "
            "there are too few repetitions to say. Bold: the best is better than all others by these tests."
        )
        yield Table(table_name("best-by-task", comparison), text, columns, tuple(rows), frozenset(marks))


def _matrix(name: str, comparison: Comparison) -> Table:
    bold, rule = marked(comparison, comparison.ranking)
    known = estimates(comparison)
    statuses = dict(list(comparison.experiments.groupby(["label", "scheduler"])["status"]))
    schedulers = comparison.schedulers
    columns = (
        Column("searcher", "searcher"),
        *(Column(scheduler, scheduler, "spread", "value") for scheduler in schedulers),
    )
    rows: list[tuple[Value, ...]] = []
    marks = set()
    for row, searcher in enumerate(comparison.searchers):
        cells: list[Value] = [searcher]
        for column, scheduler in enumerate(schedulers, 1):
            pair = (searcher, scheduler)
            cells.append(known[pair] if pair in known else _why(statuses.get(pair)))
            marks |= {(row, column)} if pair in bold else set()
        rows.append(tuple(cells))
    text = (
        f"Searcher x scheduler: mean {caption(comparison)} {_interval_words(comparison)} {rule} "
        "Without a number: the status of what has no result, or how many of its experiments have one."
    )
    return Table(name, text, columns, tuple(rows), frozenset(marks))


def _why(statuses: pd.Series | None) -> str:
    """Return what stands in a cell without a number."""
    if statuses is None:
        return NOTHING
    ok = int((statuses == "ok").sum())
    if ok:
        return f"{ok} of {len(statuses)}"
    status = str(statuses.iloc[0])
    return WORDS.get(status, status)


def estimates(comparison: Comparison) -> dict[tuple[str, str], Estimate]:
    """Return mean and interval of each combination, over several tasks that of the headline: t, by tasks."""
    values = comparison.complete.table.to_numpy()
    pairs = comparison.complete.combinations
    if len(comparison.complete.task_names) == 1:
        summary = summarise(values)
        limits = (summary.low, summary.high) if summary.n > 1 else (np.full(len(pairs), np.nan),) * 2
        each = zip(summary.mean.tolist(), *(side.tolist() for side in limits), strict=True)
        return dict(zip(pairs, (Estimate(*three) for three in each), strict=True))
    means = stratified_mean(comparison.complete.by_task(values, comparison.complete.task_names))
    return dict(zip(pairs, (Estimate(*map(float, three)) for three in zip(*means, strict=True)), strict=True))


def by_task(comparison: Comparison) -> Iterator[Floats]:
    """Yield the values of each combination, shape (repetitions, tasks), NaN where a task has fewer."""
    for column in range(comparison.complete.table.shape[1]):
        yield comparison.complete.table.iloc[:, column].unstack("trainable").to_numpy(dtype=np.float64)


def _interval_words(comparison: Comparison) -> str:
    """Return what the interval of a combination's mean is."""
    if len(comparison.complete.task_names) > 1:
        return f"{INTERVALS}."
    band = band_in_words(comparison.complete.counts)
    return f"Intervals: {band}." if band else "No interval: one repetition."
