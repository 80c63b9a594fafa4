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
from typing import Any

import pandas as pd

from results.compare.budgets import WHOLE, Budget
from results.compare.captions import labels, slug_of
from results.compare.comparison import Comparison
from results.compare.largest import largest_settings
from results.compare.run import Run
from results.compare.scores import score_name
from results.compare.setting_rows import check_unique, has_value, varying_columns, with_defaults
from results.compare.settings import COLUMNS, CONDITIONS, TASK
from results.errors import ResultsError
from results.types import Mode


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
    experiments = with_defaults(run.experiments)
    if experiments.empty:
        return
    if largest:
        yield from largest_settings(run, experiments, budget)
        return
    covered: set[str] = set()
    if scored is not False:
        for comparison in _by_score(run, experiments, budget):
            covered |= set(comparison.experiments["key"])
            yield comparison
    if scored is None:
        for comparison in _by_metric(run, experiments[~experiments["key"].isin(covered)], budget):
            if has_value(comparison.experiments, "best").any():
                check_unique(comparison.experiments)
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
    experiments = with_defaults(run.experiments)
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
    varying = varying_columns(experiments, COLUMNS)
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
    known = has_value(experiments, "baseline", "optimum", "best")
    rows = experiments.merge(experiments.loc[known, list(TASK)].drop_duplicates(), on=list(TASK), how="inner")
    if rows.empty:
        return
    rows["task"] = _task_names(rows)
    varying = varying_columns(rows, CONDITIONS)
    for values, group in rows.groupby(list(CONDITIONS), dropna=False):
        settings = dict(zip(CONDITIONS, values, strict=True))
        tasks = sorted(set(group.loc[has_value(group, "baseline", "optimum", "best"), "task"]))
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
    check_unique(rows)
    alike = {name: rows[name].iloc[0] for name in TASK[1:] if rows[name].nunique() == 1}
    settings = {"data": "of each task", "train_size": 0} | settings | alike
    several = ", ".join(tasks) if len(tasks) <= 4 else f"{len(tasks)} tasks"
    slug = slug_of(settings | {"trainable": tasks[0] if len(tasks) == 1 else f"{len(tasks)}-tasks"}, varying)
    settings |= {"trainable": several}
    metric = score_name(rows["metric"])
    return Comparison(settings, tasks, metric, "max", True, slug, rows, run.only(rows), budget)


def _task_names(experiments: pd.DataFrame) -> pd.Series:
    """Return the trainable, and what data if the run has it with several."""
    variants = experiments.drop_duplicates(list(TASK)).groupby("trainable").size()
    several = experiments["trainable"].map(variants) > 1
    size = experiments["train_size"].map(lambda n: f", first {n}" if pd.notna(n) and n else "")
    longer = experiments["trainable"] + " (data " + experiments["data"] + size + ")"
    return experiments["trainable"].where(~several, longer).astype(str)
