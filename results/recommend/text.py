"""Recommendation as text for a terminal."""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any

import pandas as pd

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.doublings import factor
from results.compare.ranking import has_order
from results.compare.units import unit_in_words
from results.numerals import UNKNOWN, probability, significant
from results.prices import Prices
from results.recommend.configurations import Cost, configurations, costs
from results.recommend.headline_table import headline_table
from results.recommend.notes import Usage, notes_of
from results.types import LEVEL


def as_text(
    comparison: Comparison, top: int, usage: Usage | None = None, prices: Prices | None = None
) -> str:
    """Return the answer for people; ``usage`` gives the lines of Python for the first combination."""
    rows = comparison.ranking
    spent = (
        f"{comparison.budget.text} that have ended"
        if comparison.budget.axis == "trials"
        else comparison.budget.text
    )
    lines = textwrap.wrap(
        f"{comparison.conditions}, after {spent}: {_measure(comparison)}, {_n(comparison)}.", 110
    )
    ordered = has_order(rows)
    lines += _ranked(comparison, rows, top) if ordered else _unordered(comparison, rows, top)
    for note in filter(None, [unit_in_words(comparison).strip(), *notes_of(comparison)]):
        lines += textwrap.wrap(note, 110, initial_indent="  ", subsequent_indent="    ")
    lines += headline_table(comparison, rows.head(top))
    lines += _costs(comparison, rows.head(top), prices)
    if ordered:
        lines += _first(comparison, rows, usage)
    return "\n".join(lines)


def _measure(comparison: Comparison) -> str:
    """Return what the values are in words: speed-ups are shown as such, and averaged as logarithms."""
    if not comparison.doubled:
        return comparison.measure
    names = comparison.complete.task_names
    return f"speed-up over random search (geometric mean over {len(names)} tasks: {', '.join(names)})"


def _n(comparison: Comparison) -> str:
    return repetitions(comparison.complete.counts).replace("\N{NO-BREAK SPACE}", " ")


def _ranked(comparison: Comparison, rows: pd.DataFrame, top: int) -> list[str]:
    mean, apart = (
        ("speed-up", "times the first's") if comparison.doubled else ("mean", "difference to the first")
    )
    header = f"  {mean:>9}  P(best)  {apart:<34}  combination"
    lines = [header, *(_line(row, comparison.doubled) for row in rows.head(top).to_dict("records"))]
    lines += [f"  {len(rows) - top} more are not shown"] * (len(rows) > top)
    possible = int(rows["possible"].sum())
    sure = f"the true best one is among these at least {LEVEL:.0%} of the time"
    return [*lines, f"  * {possible} of {len(rows)} may be the best: {sure}"]


def _line(row: dict[Any, Any], doubled: bool) -> str:
    chance = probability(row["probability"])
    write = _as_factor if doubled else _with_sign
    low, difference, high = (write(row[name]) for name in ("low", "difference", "high"))
    apart = f"{difference} [{low}, {high}]" if row["difference"] else ""
    star = "*" if row["possible"] else " "
    mean = _value(row["mean"], doubled)
    return f"{star} {mean:>9}  {chance:>7}  {apart:<34}  {row['searcher']} x {row['scheduler']}"


def _value(mean: float, doubled: bool) -> str:
    return _as_factor(mean) if doubled else significant(mean)


def _as_factor(doublings: float) -> str:
    return f"x{significant(factor(doublings), 2)}" if math.isfinite(doublings) else UNKNOWN


def _with_sign(value: float) -> str:
    return f"{'+' * (value >= 0)}{significant(value)}"


def _unordered(comparison: Comparison, rows: pd.DataFrame, top: int) -> list[str]:
    """Return the values of combinations of which none is named the best, by name."""
    value = "speed-up" if comparison.doubled else "value"
    lines = [f"  {value:>9}  combination (in the order of their names)"]
    lines += [
        f"  {_value(row['mean'], comparison.doubled):>9}  {row['searcher']} x {row['scheduler']}"
        for row in rows.head(top).to_dict("records")
    ]
    return lines + [f"  {len(rows) - top} more are not shown"] * (len(rows) > top)


def _costs(comparison: Comparison, rows: pd.DataFrame, prices: Prices | None) -> list[str]:
    """Return what an experiment of each combination took, all of it, whatever the budget."""
    spent = costs(comparison)
    unit = comparison.unit
    head = f"  {'epochs':>9}  {'clock':>9}  {'suggesting':>10}"
    head += f"  {'cost':>12}" if prices else ""
    lines = [f"{head}  an experiment took, on average, in all ({unit})"]
    for pair in zip(rows["searcher"], rows["scheduler"], strict=True):
        cost = spent.get(pair, Cost())
        clock, suggesting = (f"{significant(seconds, 3)} s" for seconds in (cost.clock, cost.suggesting))
        line = f"  {significant(cost.epochs):>9}  {clock:>9}  {suggesting:>10}"
        if prices:
            line += f"  {prices.written(prices.of(cost.cpu_hours, cost.gpu_hours)):>12}"
        lines.append(f"{line}  {' x '.join(pair)}")
    return lines


def _first(comparison: Comparison, rows: pd.DataFrame, usage: Usage | None) -> list[str]:
    """Return the best configurations that the first combination found, and how to use it."""
    pair = (str(rows["searcher"].iloc[0]), str(rows["scheduler"].iloc[0]))
    lines = [f"The best configuration that {' x '.join(pair)} found:"]
    for chosen in configurations(comparison, pair):
        lines += textwrap.wrap(
            f"{chosen.task}: {json.dumps(chosen.config)} ({chosen.metric} {significant(chosen.value)}, the "
            f"best of all its trials, in repetition {chosen.repetition})",
            110,
            initial_indent="  ",
            subsequent_indent="    ",
        )
    if usage is None:
        return [*lines, "tunegrid recommend prints the lines of Python that use this combination, too."]
    for title, code in usage(comparison, pair).items():
        lines += [f"{title}:", textwrap.indent(code.rstrip(), "    ")]
    return lines
