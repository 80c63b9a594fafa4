"""Table of aggregates: interquartile mean, probability to beat random search, optimality gap of scores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from results.compare.ranking import single
from results.statistics.aggregate import (
    interquartile_mean,
    optimality_gap,
    probability_of_improvement,
    with_interval,
)
from results.store.parts import base_in_words
from results.tables.combinations import SHOWN, by_task
from results.tables.model import Column, Estimate, Table, Value
from results.tables.table_inputs import TableInputs, caption, table_name


def aggregates(inputs: TableInputs) -> Iterator[Table]:
    """Yield the aggregates of each combination; of what shares a scale only: speed-ups, or scores."""
    for comparison in inputs.comparisons:
        if not (comparison.scored or comparison.doubled):
            continue
        statistics = [interquartile_mean, *([optimality_gap] if comparison.scored else [])]
        base, named = comparison.base, base_in_words(comparison.base)
        columns = (
            Column("searcher", "searcher"),
            Column("scheduler", "scheduler"),
            Column("iqm", "IQM", "interval", "value"),
            *([Column("gap", "optimality gap", "interval", "value")] if comparison.scored else []),
            Column("improvement", f"P(beats {named})", "interval", "probability"),
        )
        arrays = dict(zip(comparison.complete.combinations, by_task(comparison), strict=True))
        rows: list[tuple[Value, ...]] = []
        for pair, array in arrays.items():
            generator = np.random.default_rng(0)
            with np.errstate(invalid="ignore"):  # of one repetition no resample is left, and no interval
                intervals = [with_interval(array, one, generator) for one in statistics]
            chance: Value = ""
            if base in arrays and pair != base:
                chance = Estimate(*probability_of_improvement(array, arrays[base], generator, paired=True))
            rows.append((*pair, *(Estimate(*one) for one in intervals), chance))
        rows.sort(key=_by_name)
        if not single(comparison):
            rows.sort(key=_by_iqm)
        more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
        without = "" if base in arrays else f" {named[0].upper()}{named[1:]} was not run everywhere."
        missed = " Optimality gap: by how much runs miss 100 on average, lower is better."
        text = (
            f"Aggregates of the {caption(comparison)}{more} IQM: mean of the middle half of all "
            f"runs.{missed if comparison.scored else ''} P: of a higher {comparison.metric} "
            f"than {named} in the same repetition, ties count half.{without} 95 % intervals "
            "by stratified bootstrap, each by itself: nothing is in bold, as they do not test which is best."
            f" {single(comparison)}".rstrip()
        )
        yield Table(table_name("aggregates", comparison), text, columns, tuple(rows), shown=SHOWN)


def _by_name(row: tuple[Value, ...]) -> tuple[str, str]:
    return str(row[0]), str(row[1])


def _by_iqm(row: tuple[Value, ...]) -> float:
    iqm = row[2]
    return -iqm.value if isinstance(iqm, Estimate) else 0.0
