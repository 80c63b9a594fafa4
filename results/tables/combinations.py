"""Tables of combinations: scores of searcher x scheduler, their ranking, the best of each task."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from results.compare.choices import Choice
from results.statistics.aggregate import mean, with_interval
from results.statistics.intervals import band_in_words, summarise
from results.tables.material import Material, Place, marked, rank
from results.tables.model import NOTHING, Column, Estimate, Table, Value
from results.types import Floats

SHOWN = 20
WORDS = {"incompatible": "incomp.", "unavailable": "unavail."}


def scores(material: Material) -> Iterator[Table]:
    """Yield searcher x scheduler, over all tasks and for each of them."""
    for place in material.places:
        yield _matrix(f"scores{place.suffix}", place, place.choice, place.ranking)
        for task, choice in place.tasks.items():
            yield _matrix(f"scores-{task}{place.suffix}", place, choice, rank(choice))


def rankings(material: Material) -> Iterator[Table]:
    """Yield all combinations, the best first."""
    for place in material.places:
        choice, ranked = place.choice, place.ranking
        bold, rule = marked(choice, ranked)
        columns = (
            Column("rank", "", "count"),
            Column("searcher", "searcher"),
            Column("scheduler", "scheduler"),
            Column("mean", "mean", "number", "value"),
            Column("difference", "difference to the first", "interval", "value"),
            Column("probability", "P(best)", "share"),
        )
        rows = tuple(
            (
                number + 1,
                row["searcher"],
                row["scheduler"],
                row["mean"],
                Estimate(row["difference"], row["low"], row["high"]) if number else "",
                row["probability"],
            )
            for number, row in enumerate(ranked.to_dict("records"))
        )
        pairs = zip(ranked["searcher"], ranked["scheduler"], strict=True)
        marks = frozenset((number, 3) for number, pair in enumerate(pairs) if pair in bold)
        more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
        said = (
            f"Combinations by {place.caption(choice)}{more} In brackets: simultaneous 95 % limits of "
            "the paired difference, Bonferroni-corrected. P(best): how often the combination is first when "
            f"the repetitions are drawn anew. {rule}"
        )
        yield Table(f"ranking{place.suffix}", said, columns, rows, marks, SHOWN)


def best_by_task(material: Material) -> Iterator[Table]:
    """Yield the best combination of each task."""
    for place in material.places:
        each = place.tasks or {place.choice.tasks[0]: place.choice}
        words = _interval_words(next(iter(each.values())))
        rows: list[tuple[Value, ...]] = []
        marks = set()
        for number, (task, choice) in enumerate(each.items()):
            ranked = rank(choice)
            bold, _ = marked(choice, ranked)
            first = ranked.iloc[0]
            second = ranked.iloc[1] if len(ranked) > 1 else None
            interval = estimates(choice)[first["searcher"], first["scheduler"]]
            lead: Value = (
                Estimate(second["difference"], second["low"], second["high"]) if second is not None else ""
            )
            count = int(ranked["possible"].sum()) if bold else NOTHING
            name = f"{first['searcher']} x {first['scheduler']}"
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
        said = (
            f"The best combination of each task by {place.caption(place.choice)} {words} "
            "Second minus best: simultaneous 95 % limits of the paired difference. May be best: combinations "
            "that cannot be told apart from the best (paired t tests, Bonferroni-corrected); a dash where "
            "there are too few repetitions to say. Bold: the best is better than all others by these tests."
        )
        yield Table(f"best-by-task{place.suffix}", said, columns, tuple(rows), frozenset(marks))


def _matrix(name: str, place: Place, choice: Choice, ranked: pd.DataFrame) -> Table:
    bold, rule = marked(choice, ranked)
    known = estimates(choice)
    own = place.experiments[place.experiments["trainable"].isin(choice.tasks)]
    asked = dict(list(own.groupby(["label", "scheduler"])["status"]))
    searchers, schedulers = (sorted(own[axis].unique()) for axis in ("label", "scheduler"))
    columns = (
        Column("searcher", "searcher"),
        *(Column(scheduler, scheduler, "spread", "value") for scheduler in schedulers),
    )
    rows: list[tuple[Value, ...]] = []
    marks = set()
    for row, searcher in enumerate(searchers):
        cells: list[Value] = [searcher]
        for column, scheduler in enumerate(schedulers, 1):
            pair = (searcher, scheduler)
            cells.append(known[pair] if pair in known else _why(asked.get(pair)))
            marks |= {(row, column)} if pair in bold else set()
        rows.append(tuple(cells))
    said = (
        f"Searcher x scheduler: mean {place.caption(choice)} {_interval_words(choice)} {rule} "
        "Without a number: the status of what has no result, or how many of its experiments have one."
    )
    return Table(name, said, columns, tuple(rows), frozenset(marks))


def _why(statuses: pd.Series | None) -> str:
    """Return what stands in a cell without a number."""
    if statuses is None:
        return NOTHING
    fine = int((statuses == "ok").sum())
    if fine:
        return f"{fine} of {len(statuses)}"
    status = str(statuses.iloc[0])
    return WORDS.get(status, status)


def estimates(choice: Choice) -> dict[tuple[str, str], Estimate]:
    """Return mean and interval of each combination: t over repetitions, bootstrapped over several tasks."""
    values = choice.table.to_numpy()
    pairs = pairs_of(choice)
    if len(set(choice.tasks)) == 1:
        found = summarise(values)
        limits = (found.low, found.high) if found.n > 1 else (np.full(len(pairs), np.nan),) * 2
        each = zip(found.mean.tolist(), *(side.tolist() for side in limits), strict=True)
        return dict(zip(pairs, (Estimate(*three) for three in each), strict=True))
    return {
        pair: Estimate(*with_interval(array, mean, np.random.default_rng(0)))
        for pair, array in zip(pairs, by_task(choice), strict=True)
    }


def pairs_of(choice: Choice) -> list[tuple[str, str]]:
    """Return the combinations of a choice, in the order of its columns."""
    axes = (choice.table.columns.get_level_values(axis).astype(str) for axis in ("searcher", "scheduler"))
    return list(zip(*axes, strict=True))


def by_task(choice: Choice) -> Iterator[Floats]:
    """Yield the values of each combination, shape (repetitions, tasks), NaN where a task has fewer."""
    for place in range(choice.table.shape[1]):
        yield choice.table.iloc[:, place].unstack("trainable").to_numpy(dtype=np.float64)


def _interval_words(choice: Choice) -> str:
    """Say what the interval of a combination's mean is."""
    if len(set(choice.tasks)) > 1:
        return "Intervals: 95 % bootstrap, repetitions drawn anew within each task."
    band = band_in_words(choice.counts)
    return f"Intervals: {band}." if band else "No interval: one repetition."
