"""A plug-in of searchers and schedulers that each misbehave in one place and one way, and good neighbours.

They are called ``searcher-PLACE-HOW`` and ``scheduler-PLACE-HOW``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from misdeeds import ACTS, FEW, strike, trace

from benchmarks.suite.registry import ScheduleSetup, SearchPlan, SearchSetup, scheduler, searcher

#: What a searcher suggests in place of a configuration; ``calm`` has x in [0, 1] and lr in [1e-6, 1].
SUGGESTIONS: dict[str, Any] = {
    "outside": {"x": 7.0, "lr": 0.1},
    "nan": {"x": math.nan, "lr": 0.1},
    "missing": {"x": 0.5},
    "extra": {"x": 0.5, "lr": 0.1, "momentum": 0.9},
    "text": "x=0.5",
    "number": 42,
    "kind": {"x": "0.5", "lr": 0.1},
    "object": {"x": object(), "lr": 0.1},
    "nothing": None,
    "endless": {"x": 0.5, "lr": 0.1},
}
#: What ``build`` returns in place of a plan or a scheduler, a scheduler in place of a decision or a trial.
BUILT: dict[str, Any] = {"none": None, "number": 42, "class": int}
DECISIONS: dict[str, Any] = {"text": "PERHAPS", "none": None, "number": 42}
CHOICES: dict[str, Any] = {"text": "t0000", "number": 42, "nobody": None}

PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "searcher": {
        "build": (*ACTS, *BUILT),
        "suggest": (*ACTS, *SUGGESTIONS),
        "result": FEW,
        "complete": FEW,
    },
    "scheduler": {
        "build": (*ACTS, *BUILT),
        "add": FEW,
        "result": (*ACTS, *DECISIONS),
        "complete": FEW,
        "choose": (*FEW, *CHOICES),
    },
}


def names(part: str) -> list[str]:
    """Return the names of all faults of a part."""
    return [f"{part}-{place}-{how}" for place, hows in PLACES[part].items() for how in hows]


def _misbehave(name: str, here: bool) -> bool:
    """Commit the fault if this is its place; tell whether an answer is to be wrong."""
    how = name.rpartition("-")[2]
    if here and how in ACTS:
        strike(name, how)
    elif here:
        trace(name)
    return here


def _configurations(seed: int) -> Iterator[dict[str, float]]:
    from benchmarks.core.seeding import derive

    for number in range(10**6):
        x = derive("bad tuners", seed, number) / 2**31
        yield {"x": x, "lr": 10 ** (-6 * x)}


def search(name: str, place: str, setup: SearchSetup) -> SearchPlan:
    """Return the plan of a searcher that misbehaves in ``place``; in none if that is empty."""
    from ray.tune.search import Searcher

    how = name.rpartition("-")[2]
    if _misbehave(name, place == "build"):
        plan: Any = BUILT[how]
        return plan

    class Bad(Searcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(metric="score", mode="max")
            self._left = _configurations(setup.seed)
            self._given = 0

        def suggest(self, trial_id: str) -> Any:
            if _misbehave(name, place == "suggest"):
                return SUGGESTIONS[how]
            if self._given == setup.trials:
                return Searcher.FINISHED
            self._given += 1
            return next(self._left)

        def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
            _misbehave(name, place == "result")

        def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
            _misbehave(name, place == "complete")

    trials = 10**6 if how == "endless" else setup.trials
    return SearchPlan(setup.space, trials, Bad())


def schedule(name: str, place: str, setup: ScheduleSetup) -> Any:
    """Return a scheduler that misbehaves in ``place``; in none if that is empty."""
    from ray.tune.schedulers import FIFOScheduler

    how = name.rpartition("-")[2]
    if _misbehave(name, place == "build"):
        return BUILT[how]

    class Bad(FIFOScheduler):  # type: ignore[misc]
        def on_trial_add(self, controller: Any, trial: Any) -> None:
            _misbehave(name, place == "add")
            super().on_trial_add(controller, trial)

        def on_trial_result(self, controller: Any, trial: Any, result: dict[str, Any]) -> Any:
            wrong = _misbehave(name, place == "result")
            return DECISIONS[how] if wrong else super().on_trial_result(controller, trial, result)

        def on_trial_complete(self, controller: Any, trial: Any, result: dict[str, Any]) -> None:
            _misbehave(name, place == "complete")
            super().on_trial_complete(controller, trial, result)

        def choose_trial_to_run(self, controller: Any) -> Any:
            wrong = _misbehave(name, place == "choose")
            return CHOICES[how] if wrong else super().choose_trial_to_run(controller)

    return Bad()


def _register() -> None:
    kinds: Any = {"searcher": (searcher, search), "scheduler": (scheduler, schedule)}
    for part, places in PLACES.items():
        register, build = kinds[part]
        for place, hows in places.items():
            for how in hows:
                for name, where in (
                    (f"{part}-{place}-{how}", place),
                    (f"{part}-{place}-{how}-neighbour", ""),
                ):
                    builder: Any = _builder(build, name, where)
                    register(name, "misbehaves" if where else "a good neighbour", hidden=True)(builder)


def _builder(build: Any, name: str, place: str) -> Any:
    def built(setup: Any) -> Any:
        return build(name, place, setup)

    built.__module__ = __name__
    return built


_register()
