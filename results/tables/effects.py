"""Tables of the two axes: main effects and interaction, marginal means, which half brings the gain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.ranking import single
from results.compare.repeating import advice
from results.outputs import NotEnoughData
from results.statistics import factorial, marginal, mixed
from results.statistics.layout import AXES
from results.statistics.magnitude import unit
from results.statistics.ranks import holm
from results.store.parts import base_in_words
from results.tables.model import Column, Estimate, Table, Value
from results.tables.table_inputs import TableInputs, caption, each_alike, each_task, table_name

EVERY = "all tasks"
T = TypeVar("T")


def frame_of(comparison: Comparison) -> pd.DataFrame:
    """Return a choice as ``results.statistics.layout`` takes it; higher is better."""
    higher = comparison.complete.table * comparison.sign
    # What melt does, but that builds an index for each column.
    return pd.DataFrame({"score": higher.T.stack(list(higher.index.names), future_stack=True)}).reset_index()


def tests(comparison: Comparison) -> pd.DataFrame:
    """Return F tests and shares of each effect: a mixed model over several tasks, blocks in a single one.

    Raises:
        ValueError: if the combinations do not allow it, see ``results.statistics.layout``, or a task has one
            repetition only.
    """
    _repeated(comparison)
    frame = frame_of(comparison)
    if (size := unit(frame["score"])) != 1:  # tests and shares are the same in any unit
        frame = frame.assign(score=frame["score"] / size)
    several = len(comparison.complete.task_names) > 1
    effects_of = mixed.fit(frame).effects if several else factorial.effects(frame)
    return effects_of.assign(share=factorial.shares(frame)[list(factorial.EFFECTS)])


def effects(inputs: TableInputs) -> Iterator[Table]:
    """Yield the tests of searcher, scheduler and interaction, over all tasks and for each."""
    columns = (
        Column("task", "task"),
        Column("effect", "effect"),
        Column("df", "df", "count"),
        Column("df_error", "df error", "count"),
        Column("f", "F", "number", "f"),
        Column("p", "p", "p"),
        Column("p_holm", "p (Holm)", "p"),
        Column("share", "share", "share"),
    )
    for comparison in inputs.comparisons:
        whole = EVERY if each_task(comparison) else comparison.complete.tasks[0]
        frames, notes = _possible({whole: comparison, **each_alike(comparison)}, tests)
        rows = [(task, effect, row) for task, frame in frames.items() for effect, row in frame.iterrows()]
        p = np.array([row["p"] for *_, row in rows])
        adjusted = np.full(len(p), np.nan)
        adjusted[np.isfinite(p)] = holm(p[np.isfinite(p)])
        text = (
            f"Main effects and interaction: {caption(comparison)} F tests (type II): over all tasks "
            "in a linear mixed model with task, repetition and (task, combination) random; in one task with "
            "repetitions as blocks. Holm's correction is over this table. Share: of the variance of the "
            f"combinations' means, chance taken off, so that it may be below 0.{notes}"
        )
        cells = tuple(
            (str(task), str(effect), *row[["df", "df_error", "f", "p"]].tolist(), corrected, row["share"])
            for (task, effect, row), corrected in zip(rows, adjusted.tolist(), strict=True)
        )
        yield Table(table_name("effects", comparison), text, columns, cells)


def searchers(inputs: TableInputs) -> Iterator[Table]:
    """Yield the marginal means of the searchers."""
    return _marginal(inputs, "searcher")


def schedulers(inputs: TableInputs) -> Iterator[Table]:
    """Yield the marginal means of the schedulers."""
    return _marginal(inputs, "scheduler")


def gain(inputs: TableInputs) -> Iterator[Table]:
    """Yield what the best combination gains over plain random search, and which half of it brings that."""
    columns = (
        Column("task", "task"),
        Column("best", "best combination"),
        *(Column(part, head, "interval", "value") for part, head in zip(marginal.PARTS, _PARTS, strict=True)),
        Column("held_out", "held out", "number", "value"),
    )
    for comparison in inputs.comparisons:
        whole = EVERY if each_task(comparison) else comparison.complete.tasks[0]
        base = base_in_words(comparison.base)
        gains, notes = _possible({whole: comparison, **each_alike(comparison)}, _gain)
        rows: list[tuple[Value, ...]] = []
        for task, one in gains.items():
            parts = [Estimate(*three) for three in one.parts.to_numpy().tolist()]
            rows.append((task, " x ".join(one.best), *parts, one.held_out))
        text = (
            f"Gain of the best combination over {base}: {caption(comparison)} "
            "By switching only the searcher, only the scheduler, what both bring beyond that, and all of it, "
            "with 95 % t intervals over blocks (the tasks, or one task's repetitions), each by itself. As "
            "the best was chosen by the same values, its total is somewhat too high; held out: the mean gain "
            f"of what is best in the other blocks, which is not.{notes}"
        )
        yield Table(table_name("gain", comparison), text, columns, tuple(rows))


def _repeated(comparison: Comparison) -> None:
    """Refuse a comparison in which a task has one repetition only."""
    if single(comparison):
        how = advice(comparison.run.experiments, comparison.run.folders)
        task = "one task" if len(comparison.tasks) == 1 else "a task"
        raise ValueError(f"there is one repetition of {task} only.  {how.rstrip('.')}")


def _gain(comparison: Comparison) -> marginal.Gain:
    _repeated(comparison)
    return marginal.gain(frame_of(comparison), comparison.base)


_PARTS = ("searcher only", "scheduler only", "interaction", "total")


def _marginal(inputs: TableInputs, axis: str) -> Iterator[Table]:
    other = AXES[1 - AXES.index(axis)]
    columns = (
        Column(axis, axis),
        Column("mean", "mean", "interval", "value"),
        Column("advantage", "advantage", "interval", "value"),
        Column("over", f"{other}s", "count"),
    )
    for comparison in inputs.comparisons:
        whole = EVERY if each_task(comparison) else comparison.complete.tasks[0]
        possible, _ = _possible({whole: comparison}, lambda c: marginal.marginal_means(frame_of(c), axis))
        means = possible[whole].sort_index() if single(comparison) else possible[whole]
        if comparison.run.order:
            wanted = comparison.searchers if axis == "searcher" else comparison.schedulers
            means = means.loc[[name for name in wanted if name in means.index]]
        rows: list[tuple[Value, ...]] = []
        for name, row in means.iterrows():
            mean = np.sort(comparison.sign * row[["low", "mean", "high"]].to_numpy(dtype=np.float64))
            advantage = row[["advantage", "advantage_low", "advantage_high"]].tolist()
            rows.append(
                (str(name), Estimate(mean[1], mean[0], mean[2]), Estimate(*advantage), len(row["over"]))
            )
        blocks = "tasks" if each_task(comparison) else "repetitions"
        text = (
            f"Each {axis} over the {other}s that it exists with: {caption(comparison)} Means compare only "
            f"where the {other}s are the same; advantage (higher is better): over the average {axis} with "
            f"the same {other}. 95 % t intervals, each by itself, with {blocks} as blocks. Nothing is in "
            f"bold, as these intervals do not test which {axis} is the best. {single(comparison)}".rstrip()
        )
        yield Table(table_name(f"{axis}s", comparison), text, columns, tuple(rows))


def _possible(parts: dict[str, Comparison], make: Callable[[Comparison], T]) -> tuple[dict[str, T], str]:
    """Return what ``make`` finds, and a sentence about each part for which there is nothing to find.

    Raises:
        NotEnoughData: if there is nothing to find for any part.
    """
    results: dict[str, T] = {}
    notes = ""
    for name, comparison in parts.items():
        try:
            results[name] = make(comparison)
        except ValueError as error:
            notes += f" {name}: {error}."
    if not results:
        raise NotEnoughData(notes.strip())
    return results, notes
