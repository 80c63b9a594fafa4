"""Recommendation: the best combinations for a number of workers and a budget, and those that may be.

``python -m results.recommend RUN --workers 8 --budget 2h [--top N] [--json | --csv]``
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from results.arguments import add_forms, add_runs, add_top
from results.compare.beside import beside_random_search
from results.compare.budgets import Budget, parse
from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.doublings import factor
from results.compare.expenses import NO_PRICES, affordable, prices_of
from results.compare.found import Cost, configurations, costs
from results.compare.grouping import candidates
from results.compare.ranking import another_first, caution, has_order
from results.compare.run import load
from results.compare.units import unit_in_words
from results.console import on_console
from results.errors import ResultsError
from results.numerals import UNKNOWN, probability, significant
from results.parser import Parser
from results.prices import Prices, amount, prices
from results.quantities import whole
from results.store.parts import Combination
from results.types import LEVEL

PROG = "python -m results.recommend"
#: What gives the lines of Python that use a combination: title -> code.
Usage = Callable[[Comparison, Combination], Mapping[str, str]]
_COLUMNS = [
    *("searcher", "scheduler", "mean", "expected", "probability", "difference", "low", "high", "possible"),
    *Cost._fields,
]


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
    lines += textwrap.wrap(unit_in_words(comparison).strip(), 110, initial_indent="  ")
    for note in notes_of(comparison):
        lines += textwrap.wrap(note, 110, initial_indent="  ", subsequent_indent="    ")
    lines += beside_random_search(comparison, rows.head(top))
    lines += _costs(comparison, rows.head(top), prices)
    if ordered:
        lines += _first(comparison, rows, usage)
    return "\n".join(lines)


def notes_of(comparison: Comparison) -> list[str]:
    """Return what a ranking leaves out, and what it cannot support."""
    return [*filter(None, [*comparison.notes, another_first(comparison.ranking), caution(comparison)])]


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
    for found in configurations(comparison, pair):
        lines += textwrap.wrap(
            f"{found.task}: {json.dumps(found.config)} ({found.metric} {significant(found.value)}, the best "
            f"of all its trials, in repetition {found.repetition})",
            110,
            initial_indent="  ",
            subsequent_indent="    ",
        )
    if usage is None:
        return [*lines, "tunegrid recommend prints the lines of Python that use this combination, too."]
    for title, code in usage(comparison, pair).items():
        lines += [f"{title}:", textwrap.indent(code.rstrip(), "    ")]
    return lines


def as_data(comparison: Comparison, usage: Usage | None = None) -> dict[str, Any]:
    """Return the same as plain data; what is not finite is None."""
    rows = as_frame(comparison)
    every: list[dict[str, Any]] = json.loads(rows[_COLUMNS].to_json(orient="records", double_precision=15))
    records = json.loads(comparison.headline.to_json(orient="records", double_precision=15))
    headlines = {(record.pop("searcher"), record.pop("scheduler")): record for record in records}
    for row in every:
        pair = (row["searcher"], row["scheduler"])
        row["configurations"] = [found._asdict() for found in configurations(comparison, pair)]
        row["headline"] = headlines.get(pair)
    if usage and has_order(rows):
        first = every[0]
        first["python"] = usage(comparison, (first["searcher"], first["scheduler"]))
    return {
        "engine": comparison.settings["engine"],
        "device": comparison.settings["device"],
        "tasks": comparison.complete.task_names,
        "metric": comparison.metric,
        "scored": comparison.scored,
        "budget": comparison.budget.text,
        "repetitions": [min(comparison.complete.counts), max(comparison.complete.counts)],
        "notes": notes_of(comparison),
        "combinations": every,
    }


def as_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the same as one table."""
    settings = {
        "engine": comparison.settings["engine"],
        "device": comparison.settings["device"],
        "tasks": " ".join(comparison.complete.task_names),
    }
    values: dict[str, Any] = {
        "metric": comparison.metric,
        "scored": comparison.scored,
        "budget": comparison.budget.text,
    }
    spent, rows = costs(comparison), comparison.ranking
    pairs = list(zip(rows["searcher"], rows["scheduler"], strict=True))
    cost = pd.DataFrame([spent.get(pair, Cost()) for pair in pairs], columns=list(Cost._fields))
    joined = rows.join(cost).merge(comparison.headline, on=["searcher", "scheduler"], how="left")
    return joined.assign(**settings, **values)


def _measure(comparison: Comparison) -> str:
    """Return what the values are in words: speed-ups are shown as such, and averaged as logarithms."""
    if not comparison.doubled:
        return comparison.measure
    names = comparison.complete.task_names
    return f"speed-up over random search (geometric mean over {len(names)} tasks: {', '.join(names)})"


def _n(comparison: Comparison) -> str:
    return repetitions(comparison.complete.counts).replace("\N{NO-BREAK SPACE}", " ")


def _line(row: dict[Any, Any], doubled: bool) -> str:
    chance = probability(row["probability"])
    write = _factor if doubled else _signed
    low, difference, high = (write(row[name]) for name in ("low", "difference", "high"))
    apart = f"{difference} [{low}, {high}]" if row["difference"] else ""
    star = "*" if row["possible"] else " "
    mean = _value(row["mean"], doubled)
    return f"{star} {mean:>9}  {chance:>7}  {apart:<34}  {row['searcher']} x {row['scheduler']}"


def _value(mean: float, doubled: bool) -> str:
    return _factor(mean) if doubled else significant(mean)


def _factor(doublings: float) -> str:
    return f"x{significant(factor(doublings), 2)}" if math.isfinite(doublings) else UNKNOWN


def _signed(value: float) -> str:
    return f"{'+' * (value >= 0)}{significant(value)}"


def _budget(text: str) -> Budget:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "The best combinations at a budget, and those that may be as good.")
    add_runs(p)
    p.add_argument(
        "--workers", type=whole(1), required=True, metavar="N", help="trials that train at the same time"
    )
    most = p.add_mutually_exclusive_group(required=True)
    most.add_argument(
        "--max-cost",
        type=amount,
        metavar="COST",
        help="the budget in cost in place of time: 40cpuh, 3gpuh, or with prices an amount of "
        "money, such as 25",
    )
    most.add_argument(
        "--budget",
        type=_budget,
        metavar="BUDGET",
        help="90s, 30m or 2h of the clock, 500e(pochs) over all trials, or 64t(rials) that have ended: "
        "completed, stopped, failed, or paused for good",
    )
    p.add_argument(
        "--prices",
        type=prices,
        metavar="PRICES",
        help="of an hour, as cpu=0.05,gpu=2.5,currency=EUR (default: those of the run, or none)",
    )
    add_top(p, 1, 10, "combinations to show")
    add_forms(p, "all combinations", csv="all combinations")
    return p


def answer(arguments: Sequence[str] | None, prog: str, usage: Usage | None = None) -> int:
    """Print the recommendation; return 0.

    ``usage`` gives the lines of Python that use a combination: only who knows the parts can write them.
    """
    options = parser(prog).parse_args(arguments)
    run, given = load(*options.runs), options.prices or prices_of(options.runs)
    if options.max_cost is None:
        every = candidates(run, options.workers, options.budget)
    elif options.max_cost.unit == "money" and given is None:
        raise ResultsError("--max-cost is an amount of money, and the run has no prices; add --prices")
    else:
        every = affordable(run, options.workers, options.max_cost, given or NO_PRICES)
    if options.csv:
        frames = [as_frame(comparison) for comparison in every]
        print(pd.concat(frames).to_csv(index=False), end="")
    elif options.json:
        print(json.dumps([as_data(comparison, usage) for comparison in every], indent=1))
    else:
        print("\n\n".join(as_text(comparison, options.top, usage, given) for comparison in every))
    return 0


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse or a run without such experiments."""
    return answer(arguments, prog)


if __name__ == "__main__":
    sys.exit(main())
