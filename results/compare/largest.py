"""Comparisons of each task's largest setting, for a ranking of everything that was run together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from results.compare.budgets import Budget
from results.compare.captions import budget_in_words, labels
from results.compare.comparison import Comparison
from results.compare.doublings import over_tasks
from results.compare.run import Run
from results.compare.scores import score_name
from results.compare.setting_rows import check_unique, has_value
from results.compare.settings import COLUMNS, STRESS
from results.types import Mode

#: Of settings that differ in these the largest is taken; those that differ in others are refused.
_SIZES = [name for name in COLUMNS if name not in STRESS]

#: What all experiments of a ranking have in common.
_PLACE = ["workers", "engine", "device"]


def largest_settings(run: Run, experiments: pd.DataFrame, budget: Budget) -> Iterator[Comparison]:
    """Yield what agrees in engine, device and workers, of each task the largest setting."""
    experiments = experiments.assign(task=experiments["trainable"].astype(str), label=labels(experiments))
    for values, place in experiments.groupby(_PLACE):
        ok = place[place["status"] == "ok"]
        if ok.empty:
            continue
        largest = {str(task): _largest(rows) for task, rows in ok.groupby("trainable")}
        counted = pd.concat([rows for rows, _ in largest.values()])
        check_unique(counted)
        others = {task: note for task, (_, note) in largest.items() if note}
        known = has_value(counted, "baseline", "optimum")
        groups = [(score_name(rows["metric"]), True, rows) for rows in _poolable(counted[known])]
        groups += [
            (str(rows["metric"].iloc[0]), False, rows) for _, rows in counted[~known].groupby("trainable")
        ]
        for metric, scored, rows in groups:
            tasks = sorted(set(rows["task"]))
            settings = {**dict(zip(_PLACE, values, strict=True)), "trainable": ", ".join(tasks)}
            mode: Mode = "min" if not scored and rows["mode"].iloc[0] == "min" else "max"
            notes = {task: note for task, note in others.items() if task in tasks}
            one = Comparison(settings, tasks, metric, mode, scored, "", place, run.only(rows), budget, notes)
            ranked = over_tasks(one).complete.task_names
            if ranked:  # of the other tasks, which no block is left of, the notes speak
                left = replace(one, tasks=ranked, experiments=place[place["task"].isin(ranked)])
                yield over_tasks(left)


def _poolable(experiments: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the tasks whose random configurations are known, and those where they are not (older runs)."""
    beside = experiments.reindex(columns=["random_size"])["random_size"].fillna(0) > 0
    whole = beside.groupby(experiments["task"]).transform("all")
    return [rows for rows in (experiments[whole], experiments[~whole]) if len(rows)]


def _largest(experiments: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the experiments of a task's largest setting, and a note if there are others."""
    settings: dict[Any, pd.DataFrame] = dict(list(experiments.groupby(_SIZES, dropna=False)))
    if len(settings) == 1:
        return experiments, ""
    at = {name: position for position, name in enumerate(_SIZES)}
    size = {key: (int(key[at["trials"]] * key[at["epochs"]]), len(rows)) for key, rows in settings.items()}
    key = max(size, key=lambda key: size[key])
    budget = budget_in_words(settings[key].iloc[0].to_dict())
    others = len(settings) - 1
    return settings[key], (
        f"task {key[at['trainable']]}: only its largest setting counts, {budget}; {others} other"
        f"{'s are' if others > 1 else ' is'} left out"
    )
