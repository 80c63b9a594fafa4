"""The comparisons of a run: which experiments may stand in one figure, one ranking or one test.

The rule.  Experiments are compared by their task's metric if they agree in every setting of
``results.compare.settings.COLUMNS``: what is trained on which data, on which device and engine, with which
budget, workers and faults.  By scores those of several tasks are compared too, if they agree in everything
but the task; where one number stands for several, it is the speed-up (``results.compare.doublings``), or the
mean score, if a task's random configurations are unknown.  So a run is in two figures if it holds experiments
that differ in such a setting; ``separations`` says in which.

Only a ranking takes more together (``largest``): all that agree in engine, device and workers, where of each
task the setting with the largest budget counts, and a note names the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from results.compare.blocks import BLOCK, COMBINATION
from results.compare.budgets import WHOLE, Budget
from results.compare.captions import budget_in_words, labels, slug_of
from results.compare.comparison import Comparison
from results.compare.doublings import over_tasks
from results.compare.run import Run
from results.compare.scores import score_name
from results.compare.settings import COLUMNS, CONDITIONS, OLDER, STRESS, TASK
from results.errors import ResultsError
from results.types import Mode

#: Of settings that differ in these the largest is taken; those that differ in others are refused.
_SIZES = [name for name in COLUMNS if name not in STRESS]
#: What all experiments of a ranking have in common.
_PLACE = ["workers", "engine", "device"]


def comparisons(
    run: Run, *, scored: bool | None = None, largest: bool = False, budget: Budget = WHOLE
) -> Iterator[Comparison]:
    """Yield what may be compared in ``run``; see the rule above.

    Args:
        run: any experiments.
        scored: True for scores, of the tasks whose baseline and optimum are known; False for each task's
            metric; by default scores, and the metric of each task that has none.
        largest: experiments of several budgets together, as the rule says; what has no table without gaps is
            left out.  ``scored`` is not looked at.
        budget: at which values are taken.

    Raises:
        ResultsError: if two experiments are the same repetition of the same combination and task.
    """
    experiments = _with_defaults(run.experiments)
    if experiments.empty:
        return
    if largest:
        yield from _of_largest(run, experiments, budget)
        return
    covered: set[str] = set()
    if scored is not False:
        for comparison in _by_score(run, experiments, budget):
            covered |= set(comparison.experiments["key"])
            yield comparison
    if scored is None:
        for comparison in _by_metric(run, experiments[~experiments["key"].isin(covered)], budget):
            if _has_value(comparison.experiments, "best").any():
                _check_unique(comparison.experiments)
                yield comparison
    elif not scored:
        yield from _by_metric(run, experiments, budget)


def candidates(run: Run, workers: int, budget: Budget) -> list[Comparison]:
    """Return what can be ranked at a budget, a comparison for each engine and device.

    Clocks do not compare.  Tasks whose random configurations are known are pooled by the speed-up over random
    search; those of older runs, which lack them, by their scores.  Every task without a known baseline and
    optimum makes a comparison of its own, by its metric.

    Raises:
        ResultsError: if no experiment has that many workers, none is ok, or no combination can be ranked.
    """
    mine = run.experiments[run.experiments["workers"] == workers]
    if mine.empty:
        there = ", ".join(str(number) for number in sorted(run.experiments["workers"].dropna().unique()))
        raise ResultsError(f"no experiment has {workers} workers; the run has {there or 'no experiment'}")
    if not (mine["status"] == "ok").any():
        raise ResultsError(f"none of {len(mine)} experiments is ok, so that there is nothing to rank")
    every = list(comparisons(run.only(mine), largest=True, budget=budget))
    if not every:
        raise ResultsError(nothing_to_rank(budget))
    return every


def nothing_to_rank(budget: Budget) -> str:
    """Return why a comparison without a table cannot be ranked."""
    return f"after {budget.text}, no combination has a result in every repetition; give a larger budget"


def separations(run: Run) -> str:
    """Return why a run has several figures of a kind, in a sentence; empty if nothing keeps it apart."""
    experiments = _with_defaults(run.experiments)
    differing = [
        f"{name.replace('_', ' ')} ({', '.join(map(str, sorted(experiments[name].dropna().unique())))})"
        for name in COLUMNS
        if experiments[name].nunique(dropna=False) > 1
    ]
    if not differing:
        return ""
    return (
        f"experiments that differ in {', '.join(differing)} are in figures of their own; scores alone "
        "are compared over tasks"
    )


def _by_metric(run: Run, experiments: pd.DataFrame, budget: Budget) -> Iterator[Comparison]:
    """Yield what agrees in all settings, by name."""
    varying = _varying(experiments, COLUMNS)
    for values, rows in experiments.groupby(list(COLUMNS), dropna=False):
        settings = dict(zip(COLUMNS, values, strict=True))
        tuned = rows.dropna(subset=["metric"])
        metric = str(tuned["metric"].iloc[0]) if len(tuned) else ""
        mode: Mode = "min" if len(tuned) and tuned["mode"].iloc[0] == "min" else "max"
        tasks = [str(settings["trainable"])]
        rows = rows.assign(task=rows["trainable"].astype(str), label=labels(rows))
        slug = slug_of(settings, varying)
        yield Comparison(settings, tasks, metric, mode, False, slug, rows, run.only(rows), budget)


def _by_score(run: Run, experiments: pd.DataFrame, budget: Budget) -> Iterator[Comparison]:
    """Yield what agrees in all settings but the task, of the tasks with scores."""
    known = _has_value(experiments, "baseline", "optimum", "best")
    rows = experiments.merge(experiments.loc[known, list(TASK)].drop_duplicates(), on=list(TASK), how="inner")
    if rows.empty:
        return
    rows["task"] = _task_names(rows)
    varying = _varying(rows, CONDITIONS)
    for values, group in rows.groupby(list(CONDITIONS), dropna=False):
        settings = dict(zip(CONDITIONS, values, strict=True))
        tasks = sorted(set(group.loc[_has_value(group, "baseline", "optimum", "best"), "task"]))
        if tasks:
            scored_rows = group[group["task"].isin(tasks)]
            yield _of_scores(
                run, settings, varying, tasks, scored_rows.assign(label=labels(scored_rows)), budget
            )


def _of_scores(
    run: Run,
    settings: dict[str, Any],
    varying: list[str],
    tasks: list[str],
    rows: pd.DataFrame,
    budget: Budget,
) -> Comparison:
    _check_unique(rows)
    alike = {name: rows[name].iloc[0] for name in TASK[1:] if rows[name].nunique() == 1}
    settings = {"data": "of each task", "train_size": 0} | settings | alike
    several = ", ".join(tasks) if len(tasks) <= 4 else f"{len(tasks)} tasks"
    slug = slug_of(settings | {"trainable": tasks[0] if len(tasks) == 1 else f"{len(tasks)}-tasks"}, varying)
    settings |= {"trainable": several}
    metric = score_name(rows["metric"])
    return Comparison(settings, tasks, metric, "max", True, slug, rows, run.only(rows), budget)


def _of_largest(run: Run, experiments: pd.DataFrame, budget: Budget) -> Iterator[Comparison]:
    """Yield what agrees in engine, device and workers, of each task the largest setting."""
    experiments = experiments.assign(task=experiments["trainable"].astype(str), label=labels(experiments))
    for values, place in experiments.groupby(_PLACE):
        ok = place[place["status"] == "ok"]
        if ok.empty:
            continue
        largest = {str(task): _largest(rows) for task, rows in ok.groupby("trainable")}
        counted = pd.concat([rows for rows, _ in largest.values()])
        _check_unique(counted)
        others = {task: note for task, (_, note) in largest.items() if note}
        known = _has_value(counted, "baseline", "optimum")
        groups = [(score_name(rows["metric"]), True, rows) for rows in _poolable(counted[known])]
        groups += [
            (str(rows["metric"].iloc[0]), False, rows) for _, rows in counted[~known].groupby("trainable")
        ]
        for metric, scored, rows in groups:
            tasks = sorted(set(rows["task"]))
            settings = {**dict(zip(_PLACE, values, strict=True)), "trainable": ", ".join(tasks)}
            mode: Mode = "min" if not scored and rows["mode"].iloc[0] == "min" else "max"
            notes = {task: note for task, note in others.items() if task in tasks}
            whole = over_tasks(
                Comparison(settings, tasks, metric, mode, scored, "", place, run.only(rows), budget, notes)
            )
            ranked = whole.complete.task_names
            if whole.complete.table.size:  # of the other tasks, which no block is left of, the notes speak
                yield replace(whole, tasks=ranked, experiments=place[place["task"].isin(ranked)])


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


def _check_unique(experiments: pd.DataFrame) -> None:
    cell = ["task", *BLOCK[1:], *COMBINATION]
    twice = experiments[experiments.duplicated(cell, keep=False)]
    if len(twice):
        same = twice[(twice[cell] == twice[cell].iloc[0]).all(axis=1)]
        differing = _varying(same, COLUMNS)
        which = " x ".join(map(str, same.iloc[0][COMBINATION]))
        raise ResultsError(
            f"{which} has {len(same)} experiments of the same repetition, which cannot be told apart: they "
            f"differ in {', '.join(differing) or 'no setting'}; keep them in separate runs"
        )


def _with_defaults(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return experiments with the defaults of the settings that an older run does not have."""
    texts = [name for name, default in OLDER.items() if isinstance(default, str) and name in experiments]
    empty = {name: object for name in texts if pd.api.types.is_float_dtype(experiments[name])}
    return experiments.astype(empty).fillna(OLDER)


def _varying(experiments: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    return [name for name in columns if experiments[name].nunique(dropna=False) > 1]


def _has_value(experiments: pd.DataFrame, *columns: str) -> pd.Series:
    """Return which experiments are ok and have finite numbers in the columns."""
    numbers = experiments[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)
    known: pd.Series = (experiments["status"] == "ok") & np.isfinite(numbers).all(axis=1)
    return known


def _task_names(experiments: pd.DataFrame) -> pd.Series:
    """Return the trainable, and what data if the run has it with several."""
    variants = experiments.drop_duplicates(list(TASK)).groupby("trainable").size()
    several = experiments["trainable"].map(variants) > 1
    size = experiments["train_size"].map(lambda n: f", first {n}" if pd.notna(n) and n else "")
    longer = experiments["trainable"] + " (data " + experiments["data"] + size + ")"
    return experiments["trainable"].where(~several, longer).astype(str)
