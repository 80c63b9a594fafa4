"""The recommend command: prints the best combinations of a run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

import pandas as pd

from results.arguments import add_forms, add_runs, add_top
from results.compare.budgets import WHOLE, Budget, parse
from results.compare.comparison import Comparison
from results.compare.expenses import NO_PRICES, affordable, prices_of
from results.compare.grouping import candidates
from results.compare.run import Run, load
from results.console import on_console
from results.errors import ResultsError
from results.parser import Parser
from results.prices import Prices, amount, prices
from results.quantities import whole
from results.recommend.data import as_data, as_frame
from results.recommend.notes import Usage
from results.recommend.text import as_text

PROG = "python -m results.recommend"


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
        "--workers",
        type=whole(1),
        metavar="N",
        help="trials that train at the same time (default: the run's, if it has one number of them)",
    )
    limit = p.add_mutually_exclusive_group()
    limit.add_argument(
        "--max-cost",
        type=amount,
        metavar="COST",
        help="the budget in cost in place of time: 40cpuh, 3gpuh, or with prices an amount of "
        "money, such as 25",
    )
    limit.add_argument(
        "--budget",
        type=_budget,
        default=WHOLE,
        metavar="BUDGET",
        help="90s, 30m or 2h of the clock, 500e(pochs) over all trials, 64t(rials) that have ended "
        "(completed, stopped, failed, or paused for good), or 50x: the seconds of training that this many "
        "full trainings of the task take (default: all that was run)",
    )
    p.add_argument(
        "--prices",
        type=prices,
        metavar="PRICES",
        help="prices of an hour, as cpu=0.05,gpu=2.5,currency=EUR (default: those of the run, or none)",
    )
    add_top(p, 1, 10, "combinations to show")
    add_forms(p, "all combinations", csv="all combinations")
    return p


def answer(arguments: Sequence[str] | None, prog: str, usage: Usage | None = None) -> int:
    """Print the recommendation; return 0.

    ``usage`` gives the lines of Python that use a combination: only who knows the parts can write them.
    """
    options = parser(prog).parse_args(arguments)
    hourly = options.prices or prices_of(options.runs)
    ranked = _comparisons(load(*options.runs), options, hourly)
    if options.csv:
        frames = [as_frame(comparison) for comparison in ranked]
        print(pd.concat(frames).to_csv(index=False), end="")
    elif options.json:
        print(json.dumps([as_data(comparison, usage) for comparison in ranked], indent=1))
    else:
        print("\n\n".join(as_text(comparison, options.top, usage, hourly) for comparison in ranked))
    return 0


def _comparisons(run: Run, options: argparse.Namespace, hourly: Prices | None) -> list[Comparison]:
    """Return what is ranked: the comparisons at the budget, in time or in cost."""
    workers = options.workers or _only_number_of_workers(run)
    if options.max_cost is None:
        return candidates(run, workers, options.budget)
    if options.max_cost.unit == "money" and hourly is None:
        raise ResultsError("--max-cost is an amount of money, and the run has no prices; add --prices")
    return affordable(run, workers, options.max_cost, hourly or NO_PRICES)


def _only_number_of_workers(run: Run) -> int:
    """Return the number of workers that all experiments of a run have.

    Raises:
        ResultsError: if there are several, or no experiment.
    """
    there = sorted({int(number) for number in run.experiments["workers"].dropna()})
    if len(there) != 1:
        known = f"{', '.join(map(str, there))} workers" if there else "no experiment"
        raise ResultsError(f"the run has {known}; say by --workers for which number you ask")
    return there[0]


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse or a run without such experiments."""
    return answer(arguments, prog)
