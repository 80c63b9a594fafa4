"""Timelines: the stretches in which a trial held a worker, and a lane of a chart for each."""

from __future__ import annotations

import heapq
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from results.types import Floats


class Stretch(NamedTuple):
    """Epochs that a trial trained one after the other, without a pause.

    Attributes:
        trial: its trial_id.
        start, end: on the clock, seconds; the first epoch began and the last one ended.
        epoch: the last one of them.
        ends: of each of its epochs, on the clock, shape (epochs,).
        last: the trial did not go on afterwards.
    """

    trial: str
    start: float
    end: float
    epoch: int
    ends: Floats
    last: bool


def stretches(results: pd.DataFrame) -> list[Stretch]:
    """Return the stretches of one experiment, by their starts.

    Args:
        results: the experiment's rows: trial_id, epoch, clock, cost and decision.  An epoch trained from
            clock - cost to clock, and a trial pauses after the decisions PAUSE and NOOP (the scheduler has
            paused it itself, as PBT does).
    """
    ordered = results.dropna(subset=["clock", "cost"]).sort_values(["trial_id", "seq"])
    trial = ordered["trial_id"].to_numpy(dtype=object)
    clock, cost = (ordered[name].to_numpy(dtype=np.float64) for name in ("clock", "cost"))
    epoch = ordered["epoch"].to_numpy(dtype=np.int64)
    paused = ordered["decision"].isin(["PAUSE", "NOOP"]).to_numpy(dtype=bool)
    other = trial[1:] != trial[:-1]
    bounds = [0, *(np.flatnonzero(other | paused[:-1]) + 1), len(trial)]
    every = [
        Stretch(
            trial=str(trial[start]),
            start=float(clock[start] - cost[start]),
            end=float(clock[end - 1]),
            epoch=int(epoch[end - 1]),
            ends=clock[start:end],
            last=end == len(trial) or bool(other[end - 1]),
        )
        for start, end in pairwise(bounds)
        if end > start
    ]
    return sorted(every, key=lambda stretch: (stretch.start, stretch.end, stretch.trial))


def lanes(found: list[Stretch]) -> list[int]:
    """Return a lane for each stretch so that none overlap in a lane, in as few lanes as possible.

    Args:
        found: by their starts.  What is free longest is taken first, so a lane is not always the same worker.
    """
    free: list[tuple[float, int]] = []
    taken: list[int] = []
    for stretch in found:
        # Sums of floats: what ends as the next begins may seem to end a little later.
        if free and free[0][0] <= stretch.start + 1e-9 * max(1.0, abs(stretch.start)):
            _, lane = heapq.heappop(free)
        else:
            lane = len(free)
        heapq.heappush(free, (stretch.end, lane))
        taken.append(lane)
    return taken
