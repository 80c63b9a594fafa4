"""The report as plain data, the only thing that the page's script knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results import Run
from results.pools import TASK
from results.report import curves, trials, words
from results.report.plain import Limits, plain_view
from results.report.record import DRIVER, WORKERS, environments, failures
from results.report.views import View, views

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
    return {
        "title": " + ".join(folder.resolve().name for folder in folders),
        "summary": words.of_run(run),
        "limits": limits._asdict(),
        "ledger": {"driver": DRIVER, "workers": WORKERS},
        "places": [_place(run, name, group, limits) for name, group in _named(groups)],
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
    own = [
        {name: str(value) for name, value in group[0].pool.setting.values.items() if name not in TASK}
        for group in groups
    ]
    varying = [name for name in (own[0] if own else {}) if len({values[name] for values in own}) > 1]
    found = []
    for values, group in zip(own, groups, strict=True):
        budget = [
            f"{values['trials']} trials of at most {values['epochs']} epochs",
            f"{values['workers']} workers",
        ]
        budget += [f"{name.replace('_', ' ')} {values[name]}" for name in varying if name not in _USUAL]
        named = {"engine": values["engine"], "device": values["device"], "budget": ", ".join(budget)}
        found.append((named, group))
    return found


def _place(run: Run, named: dict[str, str], group: list[View], limits: Limits) -> dict[str, Any]:
    setting = group[0].pool.setting
    axes = {
        "epochs": "epochs spent, over all trials",
        "clock": setting.clock,
        "trials": "trials that have ended",
    }
    shown = [plain_view(run, view, limits) for view in group]
    return {**named, "axes": axes, "unit": setting.unit, "views": shown}
