"""Recommendation: the best combinations for a number of workers and a budget, and those that may be.

``python -m results.recommend RUN --workers 8 --budget 2h [--top N] [--json | --csv]``
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from results.arguments import add_forms, add_runs, add_top
from results.compare.budgets import Budget, parse
from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.grouping import candidates
from results.compare.ranking import caution, ranking
from results.compare.run import load
from results.console import on_console
from results.numerals import significant
from results.parser import Parser
from results.quantities import whole
from results.types import LEVEL

PROG = "python -m results.recommend"


def as_text(comparison: Comparison, top: int, generator: np.random.Generator) -> str:
    """Return the answer for people."""
    rows = ranking(comparison, generator)
    spent = (
        f"{comparison.budget.text} that have ended"
        if comparison.budget.axis == "trials"
        else comparison.budget.text
    )
    lines = textwrap.wrap(
        f"{comparison.conditions}, after {spent}: {comparison.measure}, {_n(comparison)}.", 110
    )
    header = f"  {'mean':>9}  P(best)  {'difference to the first':<34}  combination"
    lines += [header, *(_line(row) for row in rows.head(top).to_dict("records"))]
    lines += [f"  {len(rows) - top} more are not shown"] * (len(rows) > top)
    possible = int(rows["possible"].sum())
    sure = f"the true best one is among these at least {LEVEL:.0%} of the time"
    lines.append(f"  * {possible} of {len(rows)} may be the best: {sure}")
    for note in filter(None, [*comparison.notes, caution(comparison)]):
        lines += textwrap.wrap(note, 110, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def as_data(comparison: Comparison, generator: np.random.Generator) -> dict[str, Any]:
    """Return the same as plain data; what is not finite is None."""
    rows = ranking(comparison, generator)
    return {
        "engine": comparison.settings["engine"],
        "device": comparison.settings["device"],
        "tasks": comparison.complete.task_names,
        "metric": comparison.metric,
        "scored": comparison.scored,
        "budget": comparison.budget.text,
        "repetitions": [min(comparison.complete.counts), max(comparison.complete.counts)],
        "notes": [note for note in [*comparison.notes, caution(comparison)] if note],
        "combinations": json.loads(rows.to_json(orient="records", double_precision=15)),
    }


def as_frame(comparison: Comparison, generator: np.random.Generator) -> pd.DataFrame:
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
    return ranking(comparison, generator).assign(**settings, **values)


def _n(comparison: Comparison) -> str:
    return repetitions(comparison.complete.counts).replace("\N{NO-BREAK SPACE}", " ")


def _line(row: dict[Any, Any]) -> str:
    chance = f"{row['probability']:7.1%}" if np.isfinite(row["probability"]) else f"{'?':>7}"
    low, difference, high = (_signed(row[name]) for name in ("low", "difference", "high"))
    limits = f"[{low}, {high}]" if np.isfinite(row["low"]) else "[unknown]"
    apart = f"{difference} {limits}" if row["difference"] else ""
    star = "*" if row["possible"] else " "
    mean = significant(row["mean"])
    return f"{star} {mean:>9}  {chance}  {apart:<34}  {row['searcher']} x {row['scheduler']}"


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
    p.add_argument(
        "--budget",
        type=_budget,
        required=True,
        metavar="BUDGET",
        help="90s, 30m or 2h of the clock, 500e(pochs) over all trials, or 64t(rials) that have ended: "
        "completed, stopped, failed, or paused for good",
    )
    add_top(p, 1, 10, "combinations to show")
    add_forms(p, "all combinations", csv="all combinations")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse or a run without such experiments."""
    options = parser(prog).parse_args(arguments)
    generator = np.random.default_rng(0)  # the same answer from the same results
    every = candidates(load(*options.runs), options.workers, options.budget)
    if options.csv:
        frames = [as_frame(comparison, generator) for comparison in every]
        print(pd.concat(frames).to_csv(index=False), end="")
    elif options.json:
        print(json.dumps([as_data(comparison, generator) for comparison in every], indent=1))
    else:
        print("\n\n".join(as_text(comparison, options.top, generator) for comparison in every))
    return 0


if __name__ == "__main__":
    sys.exit(main())
