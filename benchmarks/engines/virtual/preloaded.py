"""Imported once by the process from which experiments are forked: loads what they will need."""

from __future__ import annotations

import gc
import json
import os

from ray import tune

import benchmarks.engines.task
import benchmarks.engines.virtual.engine  # noqa: F401 - to have it loaded
from benchmarks.engines.virtual.process import NAMES
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES, ScheduleSetup, SearchSetup
from benchmarks.tables.replay import Recorded

SPACE = {"x": tune.uniform(0.0, 1.0)}


def load(searchers: list[str], schedulers: list[str], trainables: list[str]) -> None:
    """Build each part once, since that is when it imports its library; and read the tables."""
    for name in trainables:
        if isinstance(table := TRAINABLES[name].curves, Recorded):
            table.replay  # noqa: B018 - computed once, and then kept
    for name in searchers:
        if not SEARCHERS[name].missing():
            SEARCHERS[name].build(SearchSetup(SPACE, trials=8, seed=0, look_ahead=1))
    for name in schedulers:
        if not SCHEDULERS[name].missing() and SCHEDULERS[name].replays is None:
            SCHEDULERS[name].build(ScheduleSetup(SPACE, ("x",), trials=8, epochs=9, workers=1, seed=0))
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it for garbage costs more than a small experiment


load(*json.loads(os.environ.get(NAMES, "[[], [], []]")))
