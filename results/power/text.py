"""Sample sizes as text for a terminal."""

from __future__ import annotations

import math
import textwrap

from results.compare.comparison import Comparison
from results.compare.scores import HIGHEST, LOWEST
from results.compare.units import examples_in_words, point
from results.numerals import Numerals, significant
from results.power.pilots import METRIC, POINTS, Question, metric_differences
from results.statistics.planning import MOST, Plan

#: Share of failed runs for which it is said how often a pilot has none of them.
RARE = 0.08
_HUNDREDTHS = Numerals(2, plain=True)


def as_text(comparison: Comparison, planned: Plan, question: Question) -> str:
    """Return a plan for people."""
    caption = comparison.caption(f"pilot of {planned.pilot} repetitions").replace("\N{NO-BREAK SPACE}", " ")
    lines = [
        f"  {_names(question)}: {_observed(comparison, planned, question)}",
        *_sample_sizes(comparison, planned, question),
        *_limits(planned),
    ]
    wrapped = [
        part
        for line in lines
        for part in textwrap.wrap(line, 110, subsequent_indent=" " * (_indent(line) + 2))
    ]
    return "\n".join([*textwrap.wrap(caption, 110), *wrapped])


def _sample_sizes(comparison: Comparison, planned: Plan, question: Question) -> list[str]:
    """Return the numbers of repetitions, and under what each has the power."""
    amount = _amounts(comparison, question.unit, question.difference)
    level = significant(question.alpha)
    if question.comparisons > 1:
        level += f" / {question.comparisons} = {significant(question.alpha / question.comparisons, 2)}"
    return [
        f"  to find {amount} with power {significant(question.power)} at level {level}, two-sided "
        "signed-rank test of the pairs:",
        f"    {_number(planned.n)} repetitions: they have that power on average over what the sd may be, "
        "with room for failures that the pilot lacks",
        f"    {_number(planned.n_as_pilot)} would do if the sd were exactly that of the pilot, "
        f"{_number(planned.n_high)} if it were at its upper 80 % limit",
        f"    {_number(planned.n_unpaired)} of each would do without pairing, if the sds were those of the "
        f"pilot; a paired one is worth {_HUNDREDTHS(planned.worth)} others",
    ]


def _limits(planned: Plan) -> list[str]:
    """Return what neither the test nor the pilot can show."""
    unseen = (1 - RARE) ** (2 * planned.pilot)
    lines = [
        f"  fewer than {planned.n_wilcoxon} can never be significant at that level in a Wilcoxon test",
        f"  failures that {RARE:.0%} of the runs have stay unseen in {unseen:.0%} of such pilots; with them "
        "a t test, or a t interval of the mean, needs many times as many",
    ]
    if planned.sd == 0:
        lines.append("  CAUTION: the difference is the same in all repetitions of the pilot")
    return lines


def _names(question: Question) -> str:
    return " - ".join(map(":".join, question.contrast))


def _observed(comparison: Comparison, planned: Plan, question: Question) -> str:
    """Return mean and standard deviation of the pilot's differences, in the metric and in points.

    One is not the other times a factor where scores are kept within their bounds.
    """
    differences = metric_differences(comparison, question.contrast)
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    examples = [examples_in_words(comparison.experiments, value) for value in (mean, sd)]
    means, sds = (f" ({words})" if words else "" for words in examples)
    better = "lower" if (comparison.experiments["mode"] == "min").any() else "higher"
    in_metric = (
        f"{_plus(mean, True)} {comparison.metric}{means}, sd of the paired differences "
        f"{_plus(sd, False)}{sds}, {better} is better"
    )
    if question.unit == METRIC:
        return in_metric
    turned = planned.mean * mean * (-1 if better == "lower" else 1) < 0
    why = f" (another sign, as scores are kept within {LOWEST:g} and {HIGHEST:g})" if turned else ""
    return f"{_HUNDREDTHS(planned.mean, sign=True)} points, sd {_HUNDREDTHS(planned.sd)}; {in_metric}{why}"


def _amounts(comparison: Comparison, unit: str, value: float) -> str:
    """Return the difference in points, in the metric and in examples, as far as they are known."""
    metric_of_a_point, metric = point(comparison.experiments), comparison.metric
    if unit == POINTS:
        points, in_metric = value, value * metric_of_a_point
    else:
        points, in_metric = value / metric_of_a_point, value
    examples = examples_in_words(comparison.experiments, in_metric) if math.isfinite(in_metric) else ""
    if math.isnan(metric_of_a_point):
        more = f" ({examples})" if examples else ""
        return f"{significant(value, 3)} {metric if unit == METRIC else 'points'}{more}"
    also = ", ".join(filter(None, [f"{significant(in_metric, 3)} {metric}", examples]))
    return f"{_HUNDREDTHS(points)} points ({also})"


def _number(n: int | None) -> str:
    return f"more than {MOST}" if n is None else str(n)


def _plus(value: float, sign: bool) -> str:
    return f"{'+' * (sign and value >= 0)}{significant(value, 3)}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
