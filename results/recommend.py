"""Which combinations are the best for so many workers and a budget, and which ones may be.

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
from results.compare.choices import Choice, choices
from results.compare.run import load
from results.compare.settings import repetitions
from results.console import on_console
from results.numerals import significant
from results.parser import Parser
from results.quantities import whole
from results.statistics.best import probability_best, task_weights, versus_best
from results.statistics.planning import smallest_wilcoxon

PROG = "python -m results.recommend"
LEVEL = 0.95


def ranking(choice: Choice, generator: np.random.Generator) -> pd.DataFrame:
    """Return a row for each combination of a choice, the best mean first.

    Columns: searcher, scheduler, mean (over tasks), probability (to be the best), difference (to the first
    row; its sign says which is higher), low, high (simultaneous limits), possible (may be the best).
    Probability and limits are NaN if a task has one repetition only.
    """
    values, tasks = choice.table.to_numpy(), choice.tasks
    versus = versus_best(choice.sign * values, tasks, LEVEL)
    limits = np.sort(choice.sign * np.array([versus.low, versus.high]), axis=0)
    frame = pd.DataFrame(
        {
            "searcher": choice.table.columns.get_level_values(0),
            "scheduler": choice.table.columns.get_level_values(1),
            "mean": task_weights(tasks) @ values,
            "probability": probability_best(choice.sign * values, tasks, generator),
            "difference": choice.sign * versus.difference,
            "low": limits[0],
            "high": limits[1],
            "possible": versus.possible,
        }
    )
    order = frame["mean"].mul(-choice.sign).sort_values(kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def caution(choice: Choice) -> str:
    """Say what so few repetitions cannot support; empty if there is nothing to say."""
    fewest, blocks, combinations = min(choice.counts), len(choice.table), choice.table.shape[1]
    if combinations < 2:
        return ""
    if fewest < 2:
        return "CAUTION: a task has one repetition only, so nothing can be said about chance"
    needed = smallest_wilcoxon(min(2 * (1 - LEVEL) / (combinations - 1), 1 - LEVEL))
    if blocks >= needed:
        return ""
    two = smallest_wilcoxon(1 - LEVEL)
    return (
        f"CAUTION: {blocks} repetitions in all; a rank test of {combinations} combinations can find a "
        f"difference at the 5 % level from {needed} on, of two from {two} on.  What is said to be worse "
        "rests on the assumption that differences are normal, and P(best) is coarse"
    )


def as_text(choice: Choice, budget: Budget, top: int, generator: np.random.Generator) -> str:
    """Return the answer for people."""
    rows = ranking(choice, generator)
    spent = f"{budget.text} that have ended" if budget.axis == "trials" else budget.text
    lines = textwrap.wrap(f"{choice.where}, after {spent}: {choice.what}, {_n(choice)}.", 110)
    header = f"  {'mean':>9}  P(best)  {'difference to the first':<34}  combination"
    lines += [header, *(_line(row) for row in rows.head(top).to_dict("records"))]
    lines += [f"  {len(rows) - top} more are not shown"] * (len(rows) > top)
    possible = int(rows["possible"].sum())
    sure = f"the true best one is among these at least {LEVEL:.0%} of the time"
    lines.append(f"  * {possible} of {len(rows)} may be the best: {sure}")
    for note in filter(None, [*choice.notes, caution(choice)]):
        lines += textwrap.wrap(note, 110, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def as_data(choice: Choice, budget: Budget, generator: np.random.Generator) -> dict[str, Any]:
    """Return the same as plain data; what is not finite is None."""
    rows = ranking(choice, generator)
    return {
        "engine": choice.engine,
        "device": choice.device,
        "tasks": sorted(set(choice.tasks)),
        "metric": choice.metric,
        "scored": choice.scored,
        "budget": budget.text,
        "repetitions": [min(choice.counts), max(choice.counts)],
        "notes": [note for note in [*choice.notes, caution(choice)] if note],
        "combinations": json.loads(rows.to_json(orient="records", double_precision=15)),
    }


def as_frame(choice: Choice, budget: Budget, generator: np.random.Generator) -> pd.DataFrame:
    """Return the same as one table."""
    own = {"engine": choice.engine, "device": choice.device, "tasks": " ".join(sorted(set(choice.tasks)))}
    shown: dict[str, Any] = {"metric": choice.metric, "scored": choice.scored, "budget": budget.text}
    return ranking(choice, generator).assign(**own, **shown)


def _n(choice: Choice) -> str:
    return repetitions(choice.counts).replace("\N{NO-BREAK SPACE}", " ")


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
    p = Parser(prog, "The best combinations for so many workers and a budget, and what may be as good.")
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
    found = choices(load(*options.runs), options.workers, options.budget)
    if options.csv:
        frames = [as_frame(choice, options.budget, generator) for choice in found]
        print(pd.concat(frames).to_csv(index=False), end="")
    elif options.json:
        print(json.dumps([as_data(choice, options.budget, generator) for choice in found], indent=1))
    else:
        print("\n\n".join(as_text(choice, options.budget, options.top, generator) for choice in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
