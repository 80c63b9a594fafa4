"""The report as plain data, the only thing that the page's script knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results.compare.captions import budget_in_words
from results.compare.comparison import Comparison
from results.compare.doublings import over_tasks
from results.compare.grouping import comparisons
from results.compare.ledger import DRIVER, WORKERS
from results.compare.run import Run
from results.compare.settings import CONDITIONS
from results.errors import Unreadable
from results.outputs import because
from results.recommend.notes import Usage
from results.report import curves, explorer, stages, trials, words
from results.report.beside import beside, environments_apart
from results.report.plain import PageLimits, plain_comparison
from results.report.record import environments, failures, ledger_names
from results.types import Axis

log = logging.getLogger(__name__)

#: Measures of the curves of one task, at most: score, metric, regret.
MEASURES = 3
_USUAL = ("engine", "device", "trials", "epochs", "workers")


def payload(run: Run, folders: Sequence[Path], usage: Usage | None = None) -> dict[str, Any]:
    """Return everything that the page shows; JSON can hold it, and equal results give equal data.

    ``usage`` gives the lines of Python for a combination; without it the page has none.

    Raises:
        ResultsError: if experiments cannot be told apart, or a provenance is damaged.
    """
    run.read_curves(curves.AXES)  # in one pass
    # The page begins with the first: the one with the most experiments.
    groups = sorted(_groups(run), key=lambda group: -sum(len(one.experiments) for one in group))
    limits = _limits([one for group in groups for one in group])
    places, lost = [], list[str]()
    several, recorded = beside(run) if len(folders) > 1 else [], environments(folders)
    for name, group in _named(groups):
        axes = curves.axes_of(group)
        shown, missing = _shown(run, group, axes, limits, usage)
        lost += missing
        if shown:
            places.append(_place(name, group, axes, shown))
    return {
        "title": " + ".join(folder.resolve().name for folder in folders),
        "summary": [*words.of_run(run), *lost],
        "limits": limits._asdict(),
        "ledger": {"driver": ledger_names(DRIVER), "workers": ledger_names(WORKERS)},
        "places": places,
        "failures": [one._asdict() for one in failures(run)],
        "environments": recorded,
        "beside": several,
        "apart": environments_apart(recorded),
    }


def _groups(run: Run) -> list[list[Comparison]]:
    """Return the comparisons by what all experiments but for the task have in common.

    Of several tasks with scores: all of them together, by the speed-up, and each; of any other task, by its
    metric.
    """
    groups: dict[tuple[Any, ...], list[Comparison]] = {}
    for comparison in comparisons(run):
        group = groups.setdefault(tuple(comparison.settings[name] for name in CONDITIONS), [])
        group += [over_tasks(comparison), *comparison.tasks_alone.values()]
    return list(groups.values())


def _limits(every: list[Comparison]) -> PageLimits:
    axes = len(curves.AXES)
    single = [one for one in every if len(one.tasks) == 1]
    # With quartiles, each measure; or means of the first measure alone.
    richest = 6 * axes * sum(_bands(one, MEASURES) for one in every)
    all_measures = curves.MEANS // max(richest, 1) >= curves.FEWEST
    means = richest if all_measures else 3 * axes * sum(_bands(one, 1) for one in every)
    return PageLimits(
        trials=trials.shown(sum(len(one.combinations) for one in single)),
        sampled=explorer.sampled(len(single)),
        band=curves.points(means, curves.MEANS),
        curve=curves.points(2 * axes * sum(len(one.outcomes) for one in single), curves.STEPS),
        measures=all_measures,
        shares=stages.shares(len(every), sum(len(one.combinations) for one in every), len(curves.STAGED)),
    )


def _bands(comparison: Comparison, measures: int) -> int:
    """Return how many mean curves a comparison has on an axis: over tasks, and of each of several."""
    each = measures if len(comparison.tasks) == 1 else 1
    return len(comparison.combinations) * (each + len(comparison.tasks) * comparison.doubled)


def _named(groups: list[list[Comparison]]) -> list[tuple[dict[str, str], list[Comparison]]]:
    """Return each group with its engine, device and budget; the budget's words tell it from the others."""
    settings = [{name: str(group[0].settings[name]) for name in CONDITIONS} for group in groups]
    varying = [name for name in CONDITIONS if len({values[name] for values in settings}) > 1]
    named = []
    for values, group in zip(settings, groups, strict=True):
        budget = [budget_in_words(group[0].settings), f"{values['workers']} workers"]
        budget += [f"{name.replace('_', ' ')} {values[name]}" for name in varying if name not in _USUAL]
        name = {"engine": values["engine"], "device": values["device"], "budget": ", ".join(budget)}
        named.append((name | {"apart": _apart(values, varying)}, group))
    return named


def _apart(values: dict[str, str], varying: list[str]) -> str:
    """Return in what a budget differs from the others, the shortest words for a menu; "" if in nothing."""
    words_of = [
        f"{values[name]} {name.replace('_', ' ')}"
        if name in ("trials", "epochs", "workers")
        else f"{name.replace('_', ' ')} {values[name]}"
        for name in varying
        if name not in ("engine", "device")
    ]
    return ", ".join(words_of)


def _shown(
    run: Run, group: list[Comparison], axes: Sequence[Axis], limits: PageLimits, usage: Usage | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the comparisons of a group as plain data, and a sentence about each that cannot be shown."""
    shown, lost = [], []
    for comparison in group:
        try:
            shown.append(plain_comparison(run, comparison, axes, limits, usage))
        except Unreadable:
            raise
        except Exception as error:  # of one task, which costs no other
            task = words.task_name(comparison)
            log.debug("%s cannot be shown", task, exc_info=True)
            what = f"Task {task}" if task else "The mean over tasks"
            lost.append(f"{what} cannot be shown: {because(error)}.")
            log.warning("%s", lost[-1])
    return shown, lost


def _place(
    named: dict[str, str], group: list[Comparison], axes: Sequence[Axis], shown: list[dict[str, Any]]
) -> dict[str, Any]:
    titles: dict[Axis, str] = {
        "epochs": "epochs spent, over all trials",
        "clock": group[0].clock,
        "trials": "trials that have ended",
        "trainings": "full trainings spent, over all trials",
    }
    return {**named, "axes": {axis: titles[axis] for axis in axes}, "unit": group[0].unit, "views": shown}
