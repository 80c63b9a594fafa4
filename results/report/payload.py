"""The report as plain data, the only thing that the page's script knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results.compare.pools import TASK
from results.compare.run import Run
from results.compare.settings import budget_in_words
from results.errors import Unreadable
from results.outputs import because
from results.report import curves, trials, words
from results.report.plain import Limits, plain_view
from results.report.record import DRIVER, WORKERS, environments, failures
from results.report.views import View, views

log = logging.getLogger(__name__)

_USUAL = ("engine", "device", "trials", "epochs", "workers")


def payload(run: Run, folders: Sequence[Path]) -> dict[str, Any]:
    """Return everything that the page shows; JSON can hold it, and equal results give equal data.

    Raises:
        ResultsError: if experiments cannot be told apart, or a provenance is damaged.
    """
    run.read_curves(curves.AXES)  # in one pass
    found = views(run)
    # The page begins with the first: the one with the most experiments.
    groups = sorted(found.values(), key=lambda group: -sum(len(view.pool.experiments) for view in group))
    limits = _limits([view for group in groups for view in group])
    places, lost = [], list[str]()
    for name, group in _named(groups):
        shown, missing = _shown(run, group, limits)
        lost += missing
        if shown:
            places.append(_place(name, group, shown))
    return {
        "title": " + ".join(folder.resolve().name for folder in folders),
        "summary": [*words.of_run(run), *lost],
        "limits": limits._asdict(),
        "ledger": {"driver": DRIVER, "workers": WORKERS},
        "places": places,
        "failures": [one._asdict() for one in failures(run)],
        "environments": environments(folders),
    }


def _limits(every: list[View]) -> Limits:
    axes = len(curves.AXES)
    single = [view for view in every if view.task]
    return Limits(
        trials=trials.shown(sum(len(view.pool.combinations) for view in single)),
        band=curves.points(3 * axes * sum(len(view.pool.combinations) for view in every), curves.MEANS),
        curve=curves.points(2 * axes * sum(len(view.pool.scores) for view in single), curves.STEPS),
    )


def _named(groups: list[list[View]]) -> list[tuple[dict[str, str], list[View]]]:
    """Return each place with its engine, device and budget; the budget's words tell it from the others."""
    budgets = [budget_in_words(group[0].pool.setting.values) for group in groups]
    own = [
        {name: str(value) for name, value in group[0].pool.setting.values.items() if name not in TASK}
        for group in groups
    ]
    varying = [name for name in (own[0] if own else {}) if len({values[name] for values in own}) > 1]
    found = []
    for values, group, words_of in zip(own, groups, budgets, strict=True):
        budget = [words_of, f"{values['workers']} workers"]
        budget += [f"{name.replace('_', ' ')} {values[name]}" for name in varying if name not in _USUAL]
        named = {"engine": values["engine"], "device": values["device"], "budget": ", ".join(budget)}
        found.append((named, group))
    return found


def _shown(run: Run, group: list[View], limits: Limits) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the views of a place as plain data, and a sentence about each that cannot be shown."""
    shown, lost = [], []
    for view in group:
        try:
            shown.append(plain_view(run, view, limits))
        except Unreadable:
            raise
        except Exception as error:  # of one task, which costs no other
            log.debug("%s cannot be shown", view.task, exc_info=True)
            what = f"Task {view.task}" if view.task else "The mean over tasks"
            lost.append(f"{what} cannot be shown: {because(error)}.")
            log.warning("%s", lost[-1])
    return shown, lost


def _place(named: dict[str, str], group: list[View], shown: list[dict[str, Any]]) -> dict[str, Any]:
    setting = group[0].pool.setting
    axes = {
        "epochs": "epochs spent, over all trials",
        "clock": setting.clock,
        "trials": "trials that have ended",
    }
    return {**named, "axes": axes, "unit": setting.unit, "views": shown}
