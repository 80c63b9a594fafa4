"""What can be chosen between: the combinations that were run in all repetitions of the same tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.budgets import Budget, at_budget
from results.compare.run import Run
from results.compare.scores import SCALE, score_name
from results.compare.settings import COLUMNS, OLDER, STRESS, budget_in_words, labels
from results.errors import ResultsError
from results.store import parts
from results.store.parts import Combination

#: Of those that differ in these the largest is taken; those that differ in others are refused.
_SIZES = [name for name in COLUMNS if name not in STRESS]
_CLOCKS = {"tune": "wall clock", "virtual": "virtual clock"}
_CELL: list[str] = ["trainable", "repetition", "label", "scheduler"]


class Choice(NamedTuple):
    """Combinations of one engine on one device, which may be compared.

    Attributes:
        engine, device: of all experiments.
        workers: of all experiments.
        metric: what the values are called: the score's name, or the metric's where the task has no score.
        scored: whether they are scores.
        sign: 1 if a higher value is better, else -1.
        table: values at the budget, finite; (trainable, repetition) x (searcher, scheduler), the searchers by
            their labels.
        notes: a sentence each about what was left out or taken instead.
        base: plain random search with full training, whether or not the table has it; None if nobody knows.
    """

    engine: str
    device: str
    workers: int
    metric: str
    scored: bool
    sign: int
    table: pd.DataFrame
    notes: list[str]
    base: Combination | None

    @property
    def tasks(self) -> list[str]:
        """The task of each row of the table."""
        return [str(name) for name in self.table.index.get_level_values("trainable")]

    @property
    def counts(self) -> list[int]:
        """The repetitions of each task."""
        return [self.tasks.count(name) for name in sorted(set(self.tasks))]

    @property
    def where(self) -> str:
        """Engine with its clock, device, workers."""
        clock = _CLOCKS.get(self.engine, "its clock")
        return f"engine {self.engine} ({clock}) on {self.device}, {self.workers} workers"

    @property
    def what(self) -> str:
        """What the values are."""
        names = sorted(set(self.tasks))
        over = f"of {names[0]}" if len(names) == 1 else f"mean over {len(names)} tasks: {', '.join(names)}"
        if self.scored:
            return f"{self.metric} ({SCALE}), {over}"
        return f"{self.metric} {over}, {'higher' if self.sign > 0 else 'lower'} is better"


def choices(run: Run, workers: int, budget: Budget) -> list[Choice]:
    """Return what there is to choose between: one for each engine and device, as clocks do not compare.

    Tasks whose baseline and optimum are known are pooled; every other task makes a choice of its own, by its
    metric.

    Raises:
        ResultsError: if no experiment has so many workers, none is ok, or no combination can be ranked.
    """
    mine = run.experiments[run.experiments["workers"] == workers]
    if mine.empty:
        there = ", ".join(str(number) for number in sorted(run.experiments["workers"].dropna().unique()))
        raise ResultsError(f"no experiment has {workers} workers; the run has {there or 'no experiment'}")
    frame = at_budget(run.only(mine), budget)
    frame["label"] = labels(frame)
    found = [
        choice
        for (engine, device), part in frame.groupby(["engine", "device"])
        for choice in _of_place(str(engine), str(device), workers, part, budget)
    ]
    if not found:
        raise ResultsError(
            f"after {budget.text}, no combination has a result in every repetition; give a larger budget"
        )
    return found


def _of_place(
    engine: str, device: str, workers: int, frame: pd.DataFrame, budget: Budget
) -> Iterator[Choice]:
    """Yield the choices of one engine on one device."""
    largest = {task: _largest(own) for task, own in frame.groupby("trainable")}
    frame = pd.concat([own for own, _ in largest.values()])
    _check_unique(frame)
    known = np.isfinite(frame["baseline"].astype(float)) & np.isfinite(frame["optimum"].astype(float))
    named = score_name(frame["metric"])
    groups = [(named, True, 1, frame[known].assign(shown=frame["score"]))] if known.any() else []
    for _, own in frame[~known].groupby("trainable"):
        sign = -1 if own["mode"].iloc[0] == "min" else 1
        groups.append((str(own["metric"].iloc[0]), False, sign, own.assign(shown=own["value"])))
    for metric, scored, sign, own in groups:
        table, left_out = complete(own, "shown")
        if table.size:
            own_tasks = set(own["trainable"])
            smaller = [note for task, (_, note) in largest.items() if note and task in own_tasks]
            notes = [*_ended(own, budget), *left_out, *smaller, *_alone(own_tasks, scored)]
            base = parts.base(own, "label")
            yield Choice(engine, device, workers, metric, scored, sign, table, notes, base)


def _largest(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the experiments of a task's largest setting, and a note if there are others."""
    groups = frame.fillna(OLDER).groupby(_SIZES, dropna=False)
    settings: dict[Any, pd.DataFrame] = dict(list(groups))
    if len(settings) == 1:
        return frame, ""
    at = {name: position for position, name in enumerate(_SIZES)}
    size = {key: (int(key[at["trials"]] * key[at["epochs"]]), len(own)) for key, own in settings.items()}
    key = max(size, key=lambda key: size[key])
    budget = budget_in_words(settings[key].iloc[0].to_dict())
    others = len(settings) - 1
    return settings[key], (
        f"task {key[at['trainable']]}: only its largest setting counts, {budget}; {others} other"
        f"{'s are' if others > 1 else ' is'} left out"
    )


def _check_unique(frame: pd.DataFrame) -> None:
    twice = frame[frame.duplicated(_CELL, keep=False)]
    if len(twice):
        same = twice[(twice[_CELL] == twice[_CELL].iloc[0]).all(axis=1)]
        differs = [name for name in COLUMNS if same[name].nunique(dropna=False) > 1]
        which = " x ".join(map(str, same.iloc[0][_CELL[2:]]))
        raise ResultsError(
            f"{which} has {len(same)} experiments of the same repetition, which cannot be told apart: they "
            f"differ in {', '.join(differs) or 'no setting'}; keep them in separate runs"
        )


def complete(frame: pd.DataFrame, values: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the ``values``, a column, without gaps, and notes on what that leaves out.

    A repetition counts if half of the combinations or more have it, a combination if it has all of those.
    """
    table = frame.pivot(index=_CELL[:2], columns=_CELL[2:], values=values).astype(float)
    rows = table.notna().mean(axis="columns") >= 0.5
    whole = table[rows].notna().all()
    notes = []
    if not rows.all():
        few = int((~rows).sum())
        notes.append(f"{few} of {len(rows)} repetitions are left out: most combinations lack them")
    if not whole.all():
        lost = [" x ".join(map(str, pair)) for pair in table.columns[~whole]]
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        why = "as a repetition of a task failed, is missing or had no result yet"
        notes.append(f"left out, {why}: {', '.join(lost[:5])}{more}")
    kept: Any = table.loc[rows, whole]
    return kept.rename_axis(columns=["searcher", "scheduler"]), notes


def _alone(tasks: set[Any], scored: bool) -> list[str]:
    """Return why a task is not pooled with others."""
    if scored:
        return []
    return [
        f"task {task} has no known baseline and optimum; it is ranked alone, by its metric" for task in tasks
    ]


def _ended(frame: pd.DataFrame, budget: Budget) -> list[str]:
    ended = int(frame["ended"].sum())
    if not ended or budget.amount == np.inf:  # all that was run counts, whatever it is
        return []
    which = "all" if ended == len(frame) else f"{ended} of {len(frame)}"
    return [
        f"the budget lies beyond what was run: {which} experiments ended before; their last incumbents count"
    ]
