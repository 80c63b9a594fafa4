"""Different trainings of a run, counted from its stored rows, without its engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import results
from benchmarks.curves.live.reading import read


class EpochCounts(NamedTuple):
    """Epochs that the experiments of a run were given.

    Attributes:
        asked: all of them.
        distinct: those that are different, if it is left out on how many processors they were trained.
        plain: those of them that no population has changed on the way.
    """

    asked: int
    distinct: int
    plain: int


def distinct(run: Path) -> EpochCounts:
    """Count the epochs that the experiments of a run were given.

    A stretch of a trial is what it trained with one configuration, without a jump in its epochs; it is known
    by the configuration and the epoch behind which it began.  That is the lineage, but for the parent of a
    branch: two winners would have to be changed into the same configuration at the same epoch.  Rows do not
    tell processors, so that what a scheduler trains on more of them is counted with the rest.
    """
    experiments, _, rows = results.load(run)
    where = experiments.set_index("key")[["trainable", "device", "repetition"]]
    seen: set[tuple[object, ...]] = set()
    for key, of_experiment in rows.groupby("key"):
        subject = tuple(where.loc[key])
        seen.update((*subject, *epoch) for epoch in stretches(of_experiment))
    return EpochCounts(len(rows), len(seen), sum(int(epoch[-2] == 0) for epoch in seen))


def plain_trained(curves: Path) -> int:
    """Return how many epochs a folder of curves has of trainings from the start, on one processor."""
    known = read(curves, [])
    return sum(known.count(key) for key, head in known.heads.items() if not head.parent and head.cpus == 1)


def stretches(of_experiment: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Yield for each result its configuration, the epochs behind its stretch, and its number.

    A trial that takes over another's checkpoint and its configuration, too, goes on in the other's stretch.
    """
    last: dict[str, tuple[str, int, int]] = {}
    begins: dict[tuple[str, int], int] = {}  # of the stretches that have such a configuration and epoch
    columns = (of_experiment.sort_values("seq")[name] for name in ("trial_id", "config", "epoch"))
    for trial, config, epoch in zip(*columns, strict=True):
        before, began, number = last.get(trial, ("", 0, 0))
        if config != before or epoch != number + 1:
            began = begins.get((config, epoch - 1), epoch - 1)
        begins[config, epoch] = began
        last[trial] = str(config), int(began), int(epoch)
        yield last[trial]
