"""Sample sizes: the repetitions that a planned paired comparison needs, from the variance in a pilot run.

``python -m results.power RUN --contrast optuna-tpe:asha random:asha [--difference 2] [--json]``
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from results.arguments import add_forms, add_runs
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.nesting import untested
from results.compare.run import Run, load
from results.compare.scores import HIGHEST, LOWEST, score_frame
from results.compare.units import examples_in_words, examples_val, point
from results.console import on_console
from results.errors import ResultsError
from results.numerals import Numerals, significant
from results.parser import Parser
from results.quantities import positive, share, whole
from results.statistics.planning import MOST, Plan, plan
from results.store import parts
from results.store.parts import Combination
from results.types import Floats

PROG = "python -m results.power"
POINTS, METRIC = "points", "metric"
#: Share of the runs that a failure has of which a small pilot tells nothing.
RARE = 0.08
_HUNDREDTHS = Numerals(2, plain=True)


def pilots(
    run: Run, contrast: tuple[Combination, Combination], unit: str = POINTS
) -> Iterator[tuple[Comparison, Floats]]:
    """Yield the paired values, shape (repetitions, 2), of each comparison of ``run`` that has some.

    Args:
        run: the pilot.
        contrast: the two combinations.
        unit: ``POINTS`` of the score, or ``METRIC``: the task's own metric, turned so that higher is better.

    Raises:
        ResultsError: if there is no such value at all, a combination has none, or the two are nested.
    """
    frame = _score_frame(run) if unit == POINTS else _metric_frame(run)
    pairs = set(zip(frame["searcher"], frame["scheduler"], strict=True))
    for one in contrast:
        if one not in pairs:
            known = ", ".join(sorted(":".join(pair) for pair in pairs))
            what = "score" if unit == POINTS else "result"
            raise ResultsError(f"the run has no {what} of {':'.join(one)}; it has {known}")
    nested = parts.nested(run.experiments)
    if untested(contrast, nested).any():
        smaller, larger = next(pair for pair in nested if set(pair) == {one for one, _ in contrast})
        raise ResultsError(
            f"{smaller} proposes the first part of what {larger} does, so the larger cannot be worse and no "
            "test applies; compare each with another searcher"
        )
    for comparison in comparisons(run, scored=False):
        scores = frame[frame["key"].isin(comparison.experiments["key"])]
        table = scores.pivot_table(index="repetition", columns=["searcher", "scheduler"], values="score")
        if all(one in table.columns for one in contrast):
            columns: list[Any] = list(contrast)
            yield comparison, table[columns].dropna().to_numpy(dtype=np.float64)


def _score_frame(run: Run) -> pd.DataFrame:
    try:
        return score_frame(run)
    except ResultsError as error:
        raise ResultsError(f"{error}; or add --unit {METRIC}, which needs no score") from error


def _metric_frame(run: Run) -> pd.DataFrame:
    """Return the incumbents' metric as ``score_frame`` does scores; higher is better."""
    rows = run.experiments
    best = rows["best"].to_numpy(dtype=np.float64, na_value=np.nan)
    sign = np.where(rows["mode"] == "min", -1.0, 1.0)
    frame: pd.DataFrame = rows.assign(score=sign * best)[(rows["status"] == "ok") & np.isfinite(best)]
    return frame


def as_text(comparison: Comparison, planned: Plan, options: argparse.Namespace) -> str:
    """Return a plan for people."""
    caption = comparison.caption(f"pilot of {planned.pilot} repetitions").replace("\N{NO-BREAK SPACE}", " ")
    level = significant(options.alpha)
    if options.comparisons > 1:
        level += f" / {options.comparisons} = {significant(options.alpha / options.comparisons, 2)}"
    names = " - ".join(":".join(one) for one in options.contrast)
    amount = _amounts(comparison, options.unit, options.difference)
    averaged = "on average over what the sd may be, with room for failures that the pilot lacks"
    missed = (1 - RARE) ** (2 * planned.pilot)
    lines = [
        f"  {names}: {_observed(comparison, planned, options)}",
        f"  to find {amount} with power {significant(options.power)} at level {level}, two-sided "
        "signed-rank test of the pairs:",
        f"    {_number(planned.n)} repetitions: they have that power {averaged}",
        f"    {_number(planned.n_as_pilot)} would do if the sd were exactly that of the pilot, "
        f"{_number(planned.n_high)} if it were at its upper 80 % limit",
        f"    {_number(planned.n_unpaired)} of each would do without pairing, if the sds were those of the "
        f"pilot; a paired one is worth {_HUNDREDTHS(planned.worth)} others",
        f"  fewer than {planned.n_wilcoxon} can never be significant at that level in a Wilcoxon test",
        f"  failures that {RARE:.0%} of the runs have stay unseen in {missed:.0%} of such pilots; with them "
        "a t test, or a t interval of the mean, needs many times as many",
    ]
    if planned.sd == 0:
        lines.append("  CAUTION: the difference is the same in all repetitions of the pilot")
    wrapped = [
        part
        for line in lines
        for part in textwrap.wrap(line, 110, subsequent_indent=" " * (_indent(line) + 2))
    ]
    return "\n".join([*textwrap.wrap(caption, 110), *wrapped])


def _observed(comparison: Comparison, planned: Plan, options: argparse.Namespace) -> str:
    """Return mean and standard deviation of the pilot's differences, as they are in the metric and in points.

    One is not the other times a factor where scores are kept within their bounds.
    """
    apart = _metric_differences(comparison, options.contrast)
    mean, sd = float(apart.mean()), float(apart.std(ddof=1))
    examples = [examples_in_words(comparison.experiments, value) for value in (mean, sd)]
    means, sds = (f" ({words})" if words else "" for words in examples)
    better = "lower" if (comparison.experiments["mode"] == "min").any() else "higher"
    own = (
        f"{_plus(mean, True)} {comparison.metric}{means}, sd of the paired differences "
        f"{_plus(sd, False)}{sds}, {better} is better"
    )
    if options.unit == METRIC:
        return own
    turned = planned.mean * mean * (-1 if better == "lower" else 1) < 0
    why = f" (another sign, as scores are kept within {LOWEST:g} and {HIGHEST:g})" if turned else ""
    return f"{_HUNDREDTHS(planned.mean, sign=True)} points, sd {_HUNDREDTHS(planned.sd)}; {own}{why}"


def _metric_differences(comparison: Comparison, contrast: tuple[Combination, Combination]) -> Floats:
    """Return the first combination's metric minus the second's, of the repetitions that both have."""
    rows = _metric_frame(comparison.run)
    table = rows.pivot_table(index="repetition", columns=["searcher", "scheduler"], values="best")
    one, other = (table[pair] for pair in contrast)
    apart: Floats = (one - other).dropna().to_numpy(dtype=np.float64)
    return apart


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _amounts(comparison: Comparison, unit: str, value: float) -> str:
    """Return what is to be found in points, in the metric and in examples, as far as they are known."""
    one, metric = point(comparison.experiments), comparison.metric
    points, own = (value, value * one) if unit == POINTS else (value / one, value)
    examples = examples_in_words(comparison.experiments, own) if math.isfinite(own) else ""
    if math.isnan(one):
        more = f" ({examples})" if examples else ""
        return f"{significant(value, 3)} {metric if unit == METRIC else 'points'}{more}"
    also = ", ".join(filter(None, [f"{significant(own, 3)} {metric}", examples]))
    return f"{_HUNDREDTHS(points)} points ({also})"


def _plus(value: float, sign: bool) -> str:
    return f"{'+' * (sign and value >= 0)}{significant(value, 3)}"


def as_data(comparison: Comparison, planned: Plan) -> dict[str, Any]:
    """Return the same as plain data; None for what is infinite, or more than ``MOST``."""
    plain = {name: value if value != math.inf else None for name, value in planned._asdict().items()}
    one = point(comparison.experiments)
    unit = {
        "metric": comparison.metric,
        "metric_of_a_point": one if math.isfinite(one) else None,
        "examples_val": examples_val(comparison.experiments),
    }
    return {"setting": comparison.slug, **unit, **plain}


def _number(n: int | None) -> str:
    return f"more than {MOST}" if n is None else str(n)


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
        "--difference", type=positive, default=2.0, metavar="X", help="that is to be found, in --unit"
    )
    p.add_argument(
        "--unit",
        choices=(POINTS, METRIC),
        default=POINTS,
        help=f"of the difference: points of the score, or the task's own metric (default: {POINTS})",
    )
    p.add_argument("--power", type=share, default=0.8, metavar="P", help="probability to find it")
    p.add_argument("--alpha", type=share, default=0.05, metavar="P", help="level of all comparisons together")
    p.add_argument(
        "--comparisons", type=whole(1), default=1, metavar="N", help="planned; each is tested at alpha / N"
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
    one, other = options.contrast
    alpha = options.alpha / options.comparisons
    try:
        plans = [
            (comparison, plan(scores, options.difference, options.power, alpha))
            for comparison, scores in pilots(load(*options.runs), (one, other), options.unit)
        ]
    except ValueError as error:
        raise ResultsError(str(error)) from error
    if not plans:
        raise ResultsError(f"no setting has both {':'.join(one)} and {':'.join(other)}")
    if options.json:
        print(json.dumps([as_data(*pair) for pair in plans], indent=1))
    else:
        print("\n\n".join(as_text(comparison, found, options) for comparison, found in plans))
    return 0


if __name__ == "__main__":
    sys.exit(main())
