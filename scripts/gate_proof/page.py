"""The page ``docs/gate.md``."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.gate.roster import GRID, margins
from benchmarks.gate.settings import Settings
from scripts.gate_proof.gates import GateSummary
from scripts.gate_proof.rare import Summaries, collapse_lines, shape_lines
from scripts.gate_proof.shapes import ShapeRates
from scripts.planted.plans import PlantedPlan

DETECTED = 0.8


def page(
    same: GateSummary,
    same_plan: PlantedPlan,
    worse: Summaries,
    better: Summaries,
    settings: Settings,
    how: str,
    *,
    rare: Mapping[tuple[int, ...], Summaries] | None = None,
    shapes: Mapping[str, ShapeRates] | None = None,
) -> str:
    """Return the page.

    Args:
        same: of gates that compare the same code with other seeds.
        same_plan: what they ran.
        worse: of planted regressions.
        better: of planted improvements.
        settings: of all gates.
        how: the command that wrote it.
        rare: of planted collapses, by the repetitions at which the gate looks.
        shapes: of single hypotheses, by what the differences are like.
    """
    lines = [
        *_introduction(settings, how),
        *_false_alarms(same, same_plan, settings),
        *_regressions(worse),
        *(collapse_lines(rare, _change) if rare else []),
        *_improvements(better),
        *(shape_lines(shapes, settings) if shapes else []),
    ]
    return "\n".join(lines) + "\n"


def _introduction(settings: Settings, how: str) -> list[str]:
    stages = ", ".join(map(str, settings.stages))
    return [
        "# How far to trust the gate",
        "",
        f"Made by `{how}`.  Every cell's repetitions are run once on the virtual engine and kept; each",
        "simulated gate draws its repetitions from them and decides by the gate's own procedure.  An",
        f"experiment has {GRID.trials} trials of {GRID.epochs} epochs on {GRID.workers[0]} workers, if",
        f"nothing else stands with a change; the gate looks after {stages} repetitions; its level is",
        f"{settings.alpha:g}.  Intervals are exact ones for a proportion (Clopper and Pearson, 95 %), given",
        "the repetitions that were run: gates that draw from the same ones are no independent samples of all",
        "seeds.  The loss is what a change takes in truth, in points of the score on average over its cells,",
        "with the t-interval over all repetitions that were run: a loss that is small beside the margins is",
        "one that the gate lets pass, as it is meant to.  The score of a noisier metric rises by itself;",
        "what it costs is seen by the test metric alone.",
        "",
    ]


def _false_alarms(same: GateSummary, plan: PlantedPlan, settings: Settings) -> list[str]:
    if same.high <= settings.alpha:
        verdict = "the whole interval lies below the stated level"
    elif same.low <= settings.alpha:
        verdict = "the interval contains the stated level"
    else:
        verdict = "**above the stated level**"
    return [
        "## False alarms",
        "",
        f"The same code against itself, with other seeds on each side, in {_cells(plan)} cells:",
        f"**{same.counts['fail']} of {same.gates} gates failed, {same.rate:.1%} "
        f"[{same.low:.1%}, {same.high:.1%}]**;",
        f"the stated level is {settings.alpha:.0%}: {verdict}.  {same.counts['pass']} passed and",
        f"{same.counts['inconclusive']} were inconclusive.",
        "",
    ]


def _regressions(worse: Summaries) -> list[str]:
    return [
        "## Planted regressions",
        "",
        "Both sides have the same seeds, as in use.  Margins are the tasks' own, in points of the score:",
        f"{_margins(worse)}.  Detected means that the gate fails; {DETECTED:.0%} is the promise.",
        "",
        "| planted | cells | loss | detected | repetitions: median, 90 % | by | |",
        "|---|---|---|---|---|---|---|",
        *(_regression(plan, summary) for plan, summary in worse),
        "",
    ]


def _improvements(better: Summaries) -> list[str]:
    return [
        "## Planted improvements",
        "",
        "Under schedulers that train a fixed number of epochs: ASHA and the median rule stop less of what is",
        "better, so that an improvement costs epochs there, and the gate says so.",
        "",
        "| planted | cells | loss | called a regression | passed | inconclusive |",
        "|---|---|---|---|---|---|",
        *(_improvement(plan, summary) for plan, summary in better),
    ]


def _cells(plan: PlantedPlan) -> int:
    return len(plan.experiments(1))


def _margins(planted: Summaries) -> str:
    points_of: Mapping[str, float] = margins(
        sorted({task for plan, _ in planted for task in plan.trainables})
    )
    return ", ".join(f"{task} {points:g}" for task, points in points_of.items())


def _rate(summary: GateSummary) -> str:
    return f"{summary.rate:.1%} [{summary.low:.1%}, {summary.high:.1%}] of {summary.gates}"


def _regression(plan: PlantedPlan, summary: GateSummary) -> str:
    repetitions = f"{summary.median:.0f}, {summary.most:.0f}" if summary.counts["fail"] else "-"
    by = ", ".join(f"{name} {count / summary.gates:.0%}" for name, count in summary.by.most_common())
    shortfall = "" if summary.rate >= DETECTED else "**less than promised**"
    return f"| {_change(plan, summary)} | {_rate(summary)} | {repetitions} | {by or '-'} | {shortfall} |"


def _improvement(plan: PlantedPlan, summary: GateSummary) -> str:
    counts = summary.counts
    return f"| {_change(plan, summary)} | {_rate(summary)} | {counts['pass']} | {counts['inconclusive']} |"


def _change(plan: PlantedPlan, summary: GateSummary) -> str:
    differing = [f"{plan.trials} trials"] if plan.trials != GRID.trials else []
    differing += (
        [f"{plan.workers} worker" + "s" * (plan.workers > 1)] if plan.workers != GRID.workers[0] else []
    )
    special = f" ({', '.join(differing)})" if differing else ""
    lost, low, high = summary.loss
    return f"{plan.title}{special} | {_cells(plan)} | {lost:.1f} [{low:.1f}, {high:.1f}]"
