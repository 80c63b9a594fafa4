"""The power command: prints the repetitions that a planned comparison needs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from results.arguments import add_forms, add_runs
from results.compare.comparison import Comparison
from results.compare.run import Run, load
from results.console import on_console
from results.errors import ResultsError
from results.parser import Parser
from results.power.data import as_data
from results.power.pilots import METRIC, POINTS, Question, pilots
from results.power.text import as_text
from results.quantities import positive, share, whole
from results.statistics.planning import Plan, plan
from results.store.parts import Combination

PROG = "python -m results.power"


def _combination(text: str) -> Combination:
    searcher, colon, scheduler = text.partition(":")
    if not (searcher and colon and scheduler):
        raise argparse.ArgumentTypeError(f"{text!r} is not a combination; give searcher:scheduler")
    return searcher, scheduler


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "How many repetitions a planned paired comparison needs, from a pilot run.")
    add_runs(p)
    p.add_argument(
        "--contrast",
        nargs=2,
        type=_combination,
        required=True,
        metavar="SEARCHER:SCHEDULER",
        help="the two combinations to compare",
    )
    p.add_argument(
        "--difference", type=positive, default=2.0, metavar="X", help="smallest difference to find, in --unit"
    )
    p.add_argument(
        "--unit",
        choices=(POINTS, METRIC),
        default=POINTS,
        help=f"unit of the difference: points of the score, or the task's own metric (default: {POINTS})",
    )
    p.add_argument("--power", type=share, default=0.8, metavar="P", help="probability to find the difference")
    p.add_argument("--alpha", type=share, default=0.05, metavar="P", help="level of all comparisons together")
    p.add_argument(
        "--comparisons",
        type=whole(1),
        default=1,
        metavar="N",
        help="number of planned comparisons; each is tested at alpha / N",
    )
    add_forms(p, "the plan of every setting")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse or a pilot that is too small."""
    command = parser(prog)
    options = command.parse_args(arguments)
    if options.contrast[0] == options.contrast[1]:
        command.error("--contrast names the same combination twice")
    first, second = options.contrast
    question = Question(
        (first, second),
        options.difference,
        options.unit,
        options.power,
        options.alpha,
        options.comparisons,
    )
    plans = _plans(load(*options.runs), question)
    if not plans:
        raise ResultsError(f"no setting has both {':'.join(first)} and {':'.join(second)}")
    if options.json:
        print(json.dumps([as_data(comparison, planned) for comparison, planned in plans], indent=1))
    else:
        print("\n\n".join(as_text(comparison, planned, question) for comparison, planned in plans))
    return 0


def _plans(pilot: Run, question: Question) -> list[tuple[Comparison, Plan]]:
    """Return the plan of each comparison of the pilot that has both combinations."""
    alpha = question.alpha / question.comparisons
    try:
        return [
            (comparison, plan(values, question.difference, question.power, alpha))
            for comparison, values in pilots(pilot, question.contrast, question.unit)
        ]
    except ValueError as error:
        raise ResultsError(str(error)) from error
