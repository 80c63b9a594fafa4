"""A third party's trainables, one for each way to report and to end; on both engines, and as functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from ray import tune
from ray.tune.search import Searcher

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import Capability, SearchPlan, SearchSetup, searcher, trainable
from benchmarks.trainables._simulated import Simulated

Report = dict[str, Any]
SCORE = 0.5  # of every trial that is marked, times its epoch


def marked(x: float) -> bool:
    """Is this one of the trials, about half of them, that do something odd?"""
    return int(x * 997) % 2 == 1


def fails(report: Report, epoch: int) -> Report:
    if epoch > 1:
        raise ValueError("planted\nover two lines")
    return report


def fails_at_once(report: Report, epoch: int) -> Report:
    raise ValueError("Failure # 1 (occurred at noon) is a part of this message")


#: What a marked trial reports in place of ``{"score": ...}``.
WAYS: dict[str, Callable[[Report, int], Report]] = {
    "ends-first": lambda report, epoch: report | {"done": True},
    "ends-second": lambda report, epoch: report | {"done": epoch >= 2},
    "fails-second": fails,
    "fails-first": fails_at_once,
    "silent": lambda report, epoch: {"loss": 1.0},
    "silent-ends": lambda report, epoch: {"loss": 1.0, "done": epoch >= 2},
    "every-second": lambda report, epoch: {"loss": 1.0} if epoch % 2 else report,
    "nan": lambda report, epoch: {"score": math.nan},
    "nan-at-last": lambda report, epoch: {"score": math.nan} if epoch % 2 else report,
    "none": lambda report, epoch: {"score": None},
    "text": lambda report, epoch: {"score": "abc"},
}


def space() -> dict[str, Any]:
    return {"x": tune.uniform(0.0, 1.0)}


def curves(report: Callable[[Report, int, float], Report]) -> type[CurveModel]:
    """Return curves of a score that rises with the epoch, which ``report`` may spoil."""

    class Odd(CurveModel):
        def __init__(self, place: Place) -> None:
            pass

        def start(self, config: Mapping[str, Any]) -> int:
            return 0

        def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
            x = float(config["x"])
            return Epoch(state + 1, report({"score": x * (state + 1)}, state + 1, x), 1.0 + x)

    return Odd


def register(name: str, model: type[CurveModel], **fields: Any) -> None:
    trainable(
        name,
        "reports or ends in an odd way",
        space=space,
        curves=model,
        mutable=("x",),
        chance=False,
        hidden=True,
        provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
        **{"metric": "score", "mode": "max"} | fields,
    )(type("Odd", (Simulated,), {"curves": model, "__module__": __name__}))


def some(way: Callable[[Report, int], Report], everyone: bool) -> Callable[[Report, int, float], Report]:
    return lambda report, epoch, x: way(report, epoch) if everyone or marked(x) else report


for name, way in WAYS.items():
    register(f"odd-{name}", curves(some(way, everyone=True)))
    register(f"odd-{name}-some", curves(some(way, everyone=False)))

#: Names that a metric may have, and more that reports beside it may have, which Tune takes for its own.
NAMES = (
    *("key", "seq", "epoch", "clock", "cost", "decision"),
    *("score", "eval/score", "metric/cost", "Größe"),
)
SIDE = (*NAMES, "config", "config/x", "trial_id", "time_total_s", "training_iteration", "timestamp")
for name in NAMES:
    side = {other: 7.0 for other in SIDE if other != name}
    model = curves(lambda report, epoch, x, name=name, side=side: side | {name: 100.0 * x + epoch})  # type: ignore[misc]
    register(f"metric-{name.replace('/', '-')}", model, metric=name)

register("metric-array", curves(lambda report, epoch, x: {"score": np.array(report["score"])}))
register("metric-nested", curves(lambda report, epoch, x: {"eval": {"score": epoch}}), metric="eval/score")
register("metric-misspelt", curves(lambda report, epoch, x: {"eval": {"scores": epoch}, "loss": 1.0}))


def function(name: str, **fields: Any) -> Callable[[Any], Any]:
    offers = {"metric": "score", "mode": "max"} | fields
    return trainable(name, "a function", space=space, hidden=True, chance=False, **offers)


@function("function-early")
def early(config: dict[str, Any], session: Any) -> None:
    for epoch in (1, 2):
        tune.report({"score": config["x"] + epoch})


@function("function-returned")
def returned(config: dict[str, Any], session: Any) -> dict[str, Any]:
    return {"score": config["x"]}


@function("function-silent")
def silent(config: dict[str, Any], session: Any) -> None:
    """Reports nothing."""


@function("function-odd", metric="eval/score")
def odd(config: dict[str, Any], session: Any) -> None:
    import torch

    for epoch in range(1, 100):
        score = {"score": torch.tensor(config["x"] + epoch)} if epoch % 2 == 0 else {}
        tune.report({"eval": score, "cost": np.float32(0.5), "config": 9, "note": "text"})


@searcher("greedy", "asks for more trials than it may have", hidden=True, learns=False)
def greedy(setup: SearchSetup) -> SearchPlan:
    return SearchPlan(setup.space, 2 * setup.trials)


class Stray(Searcher):
    """Proposes what no trainable has asked for."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self._config = config

    def suggest(self, trial_id: str) -> dict[str, Any]:
        return dict(self._config)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Learn nothing."""

    save = restore = on_trial_result = lambda self, *given: None


#: What the searchers "stray-..." propose where the space is ``space()``.
STRAYS: dict[str, dict[str, Any]] = {
    "outside": {"x": 2.0},
    "type": {"x": "0.5"},
    "missing": {},
    "more": {"x": 0.5, "y": 1},
    "nan": {"x": math.nan},
}


def stray(config: dict[str, Any]) -> Callable[[SearchSetup], SearchPlan]:
    return lambda setup: SearchPlan(setup.space, setup.trials, Stray(config))


for name, config in STRAYS.items():
    searcher(f"stray-{name}", "leaves the space", hidden=True, learns=False)(stray(config))


@trainable(
    "untestable",
    "whose test raises",
    space=space,
    metric="score",
    mode="max",
    test_metric="test",
    hidden=True,
)
class Untestable(Simulated):
    curves = curves(lambda report, epoch, x: report)

    def test(self) -> dict[str, float]:
        raise ValueError("no such file: test.npz")
