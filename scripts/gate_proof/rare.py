"""The page's sections on rare large losses, and on what the level rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.gate.settings import Settings
from results.statistics.betting import lowest_mean
from scripts.gate_proof.gates import GateSummary
from scripts.gate_proof.shapes import LOST, MARGIN, NOISE, ShapeRates
from scripts.planted.plans import PlantedPlan

#: Plans with the gates that were simulated of each.
Summaries = Sequence[tuple[PlantedPlan, GateSummary]]


def collapse_lines(
    rare: Mapping[tuple[int, ...], Summaries], change: Callable[[PlantedPlan, GateSummary], str]
) -> list[str]:
    """Return the section on planted collapses.

    Args:
        rare: summaries by the repetitions at which the gate looks.
        change: writes a plan and its loss as cells of a table.
    """
    lines = [
        "## Planted collapses",
        "",
        "Two searchers that search a corner alone in a share of the repetitions of each task, which their",
        "seed chooses: the same under all schedulers.  Both sides have the same seeds.  Nothing that these",
        "repetitions do not show can be found: a gate that looks at three of them first passes if all took",
        "the same course, as they do in unchanged code.  What the first look rules out is in each report;",
        "`--stages 20 40` looks later.",
        "",
        "| planted | cells | loss | looks | found | passed | inconclusive | by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for stages, summaries in rare.items():
        for plan, one in summaries:
            by = ", ".join(f"{name} {count / one.gates:.0%}" for name, count in one.by.most_common())
            counts = one.counts
            lines.append(
                f"| {change(plan, one)} | {', '.join(map(str, stages))} | {one.rate:.1%} "
                f"[{one.low:.1%}, {one.high:.1%}] of {one.gates} | {counts['pass']} | "
                f"{counts['inconclusive']} | {by or '-'} |"
            )
    return [*lines, ""]


def shape_lines(shapes: Mapping[str, ShapeRates], settings: Settings) -> list[str]:
    """Return the section on single hypotheses of given shapes."""
    last = settings.stages[-1]
    least = [f"{-lowest_mean([0.0] * n, settings.alpha):.1%} after {n}" for n in (*settings.stages, 3 * last)]
    return [
        "",
        "## What the level rests on",
        "",
        "The stated level holds if the sides are exchangeable: nothing has changed, so that who of a pair",
        "is the candidate is a matter of names.  It holds for any distribution of the scores then.  It does",
        "not say that a change is found only if it lowers the mean: after a change that keeps the mean and",
        "gives the differences another shape, the tests may fail more often, and may be right to do so.  One",
        f"combination alone, simulated, at level {settings.alpha:g} and a margin of {MARGIN:g} points; other",
        f"seeds differ by a standard deviation of {NOISE:g} a run, a run that collapses loses {LOST:g}.",
        "*mean* and *share* are how often either test calls it worse, *passed by the mean* is what a test of",
        "the mean alone would let pass, *passed* what the gate lets pass.",
        "",
        "| differences | mean | mean: worse | share: worse | passed by the mean | passed |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {one.mean:+.1f} | {one.worse:.1%} | {one.collapsed:.1%} | {one.mean_passes:.1%} | "
            f"{one.passes:.1%} |"
            for name, one in shapes.items()
        ),
        "",
        "Without any collapse among them, repetitions rule out an excess of collapsed runs above",
        f"{', '.join(least)} (each task counts by itself: 40 repetitions of three tasks are 120).",
    ]
