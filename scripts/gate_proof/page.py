"""The page ``docs/gate.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.gate.roster import GRID, margins
from benchmarks.gate.settings import Settings
from scripts.gate_proof.gates import GateSummary
from scripts.gate_proof.rare import collapse_lines, shape_lines
from scripts.gate_proof.shapes import ShapeRates
from scripts.planted.plans import PlantedPlan

DETECTED = 0.8
Found = Sequence[tuple[PlantedPlan, GateSummary]]


def page(
    same: GateSummary,
    same_plan: PlantedPlan,
    worse: Found,
    better: Found,
    settings: Settings,
    how: str,
    *,
    rare: Mapping[tuple[int, ...], Found] | None = None,
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
    held = same.high <= settings.alpha
    verdict = (
        "the whole interval lies below the stated level"
        if held
        else "the interval contains the stated level"
        if same.low <= settings.alpha
        else "**above the stated level**"
    )
    stages = ", ".join(map(str, settings.stages))
    lines = [
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
        "## False alarms",
        "",
        f"The same code against itself, with other seeds on each side, in {_cells(same_plan)} cells:",
        f"**{same.counts['fail']} of {same.gates} gates failed, {same.rate:.1%} "
        f"[{same.low:.1%}, {same.high:.1%}]**;",
        f"the stated level is {settings.alpha:.0%}: {verdict}.  {same.counts['pass']} passed and",
        f"{same.counts['inconclusive']} were inconclusive.",
        "",
        "## Planted regressions",
        "",
        "Both sides have the same seeds, as in use.  Margins are the tasks' own, in points of the score:",
        f"{_margins(worse)}.  Detected means that the gate fails; {DETECTED:.0%} is the promise.",
        "",
        "| planted | cells | loss | detected | repetitions: median, 90 % | by | |",
        "|---|---|---|---|---|---|---|",
        *(_regression(plan, found) for plan, found in worse),
        "",
        *(collapse_lines(rare, _change) if rare else []),
        "## Planted improvements",
        "",
        "Under schedulers that train a fixed number of epochs: ASHA and the median rule stop less of what is",
        "better, so that an improvement costs epochs there, and the gate says so.",
        "",
        "| planted | cells | loss | called a regression | passed | inconclusive |",
        "|---|---|---|---|---|---|",
        *(_improvement(plan, found) for plan, found in better),
        *(shape_lines(shapes, settings) if shapes else []),
    ]
    return "\n".join(lines) + "\n"


def _cells(plan: PlantedPlan) -> int:
    return len(plan.experiments(1))


def _margins(found: Found) -> str:
    own: Mapping[str, float] = margins(sorted({task for plan, _ in found for task in plan.trainables}))
    return ", ".join(f"{task} {points:g}" for task, points in own.items())


def _rate(found: GateSummary) -> str:
    return f"{found.rate:.1%} [{found.low:.1%}, {found.high:.1%}] of {found.gates}"


def _regression(plan: PlantedPlan, found: GateSummary) -> str:
    taken = f"{found.median:.0f}, {found.most:.0f}" if found.counts["fail"] else "-"
    by = ", ".join(f"{name} {count / found.gates:.0%}" for name, count in found.by.most_common())
    kept = "" if found.rate >= DETECTED else "**less than promised**"
    return f"| {_change(plan, found)} | {_rate(found)} | {taken} | {by or '-'} | {kept} |"


def _improvement(plan: PlantedPlan, found: GateSummary) -> str:
    counts = found.counts
    return f"| {_change(plan, found)} | {_rate(found)} | {counts['pass']} | {counts['inconclusive']} |"


def _change(plan: PlantedPlan, found: GateSummary) -> str:
    own = [f"{plan.trials} trials"] if plan.trials != GRID.trials else []
    own += [f"{plan.workers} worker" + "s" * (plan.workers > 1)] if plan.workers != GRID.workers[0] else []
    special = f" ({', '.join(own)})" if own else ""
    lost, low, high = found.loss
    return f"{plan.title}{special} | {_cells(plan)} | {lost:.1f} [{low:.1f}, {high:.1f}]"
