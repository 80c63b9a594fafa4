"""Different trainings of a run, counted from its stored rows, without its engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import results

#: A trained epoch: task, device, repetition, configuration, the epoch at which its stretch began, its number.
Trained = tuple[str, str, int, str, int, int]


def distinct(run: Path) -> tuple[int, int]:
    """Return how many epochs the experiments of a run were given, and how many of them are different.

    A stretch of a trial is what it trained with one configuration, without a jump in its epochs; it is known
    by the configuration and the epoch behind which it began.  That is the lineage, but for the parent of a
    branch: two winners would have to be changed into the same configuration at the same epoch.
    Experiments whose scheduler changes processors are left to themselves, since rows do not tell these.
    """
    experiments, _, rows = results.load(run)
    where = experiments.set_index("key")[["trainable", "device", "repetition", "scheduler"]]
    seen: set[Any] = set()
    asked = 0
    for key, of_experiment in rows.groupby("key"):
        trainable, device, repetition, scheduler = where.loc[key]
        apart = (key,) if scheduler == "resource-changing" else ()
        for _, of_trial in of_experiment.sort_values("seq").groupby("trial_id"):
            for config, began, epoch in stretches(of_trial):
                asked += 1
                seen.add((trainable, device, repetition, config, began, epoch, *apart))
    return asked, len(seen)


def stretches(of_trial: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Yield for each epoch of a trial its configuration, the epochs behind its stretch, and its number."""
    last, began, before = "", 0, 0
    for config, epoch in zip(of_trial["config"], of_trial["epoch"], strict=True):
        if config != last or epoch != before + 1:
            began = epoch - 1
        yield config, began, epoch
        last, before = config, epoch
