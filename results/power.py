"""Sample sizes: the repetitions that a planned paired comparison needs, from the variance in a pilot run.

``python -m results.power RUN --contrast optuna-tpe:asha random:asha [--difference 2] [--power 0.8] [--json]``
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

from results.arguments import add_forms, add_runs
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.nesting import untested
from results.compare.run import Run, load
from results.compare.scores import score_frame
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
_HUNDREDTHS = Numerals(2, plain=True)


def pilots(run: Run, contrast: tuple[Combination, Combination]) -> Iterator[tuple[Comparison, Floats]]:
    """Yield the paired scores, shape (repetitions, 2), of each comparison of ``run`` that has some.

    Raises:
        ResultsError: if there is no score at all, a combination has none, or the two are nested.
    """
    frame = score_frame(run)
    pairs = set(zip(frame["searcher"], frame["scheduler"], strict=True))
    for one in contrast:
        if one not in pairs:
            known = ", ".join(sorted(":".join(pair) for pair in pairs))
            raise ResultsError(f"the run has no score of {':'.join(one)}; it has {known}")
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


def as_text(comparison: Comparison, planned: Plan, options: argparse.Namespace) -> str:
    """Return a plan for people."""
    caption = comparison.caption(f"pilot of {planned.pilot} repetitions").replace("\N{NO-BREAK SPACE}", " ")
    level = significant(options.alpha)
    if options.comparisons > 1:
        level += f" / {options.comparisons} = {significant(options.alpha / options.comparisons, 2)}"
    names = " - ".join(":".join(one) for one in options.contrast)
    needed, high, unpaired = (_number(n) for n in (planned.n, planned.n_high, planned.n_unpaired))
    lines = [
        f"  {names}: {_HUNDREDTHS(planned.mean, sign=True)} points, sd of the paired differences "
        f"{_HUNDREDTHS(planned.sd)} (upper 80 % limit {_HUNDREDTHS(planned.sd_high)})",
        f"  to find {significant(options.difference)} points with power {significant(options.power)} "
        f"at level {level}, two-sided paired t test:",
        f"    {needed} repetitions if the sd is as in the pilot",
        f"    {high} repetitions by its upper limit; plan with these",
        f"    {unpaired} repetitions of each without pairing; "
        f"a paired one is worth {_HUNDREDTHS(planned.worth)} others",
        f"  fewer than {planned.n_wilcoxon} can never be significant at that level in a Wilcoxon test",
    ]
    if planned.sd == 0:
        lines.append("  CAUTION: the difference is the same in all repetitions of the pilot")
    return "\n".join([*textwrap.wrap(caption, 110), *lines])


def as_data(comparison: Comparison, planned: Plan) -> dict[str, Any]:
    """Return the same as plain data; None for what is infinite, or more than ``MOST``."""
    plain = {name: value if value != math.inf else None for name, value in planned._asdict().items()}
    return {"setting": comparison.slug, **plain}


def _number(n: int | None) -> str:
    return f"more than {MOST}" if n is None else str(n)


def _combination(text: str) -> Combination:
    searcher, colon, scheduler = text.partition(":")
    if not (searcher and colon and scheduler):
        raise argparse.ArgumentTypeError(f"{text!r} is no combination; give searcher:scheduler")
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
        "--difference", type=positive, default=2.0, metavar="POINTS", help="of the score, that is to be found"
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
            for comparison, scores in pilots(load(*options.runs), (one, other))
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
