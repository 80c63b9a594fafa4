"""Optuna's default sampler as its users get it: a searcher with several trials open, beside a study."""

from __future__ import annotations

from typing import Any

import optuna
import pytest
from optuna.distributions import FloatDistribution
from packaging.version import Version
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup

SPACE = {"x": tune.uniform(0, 1), "lr": tune.loguniform(1e-4, 1)}
DISTRIBUTIONS: dict[str, Any] = {"x": FloatDistribution(0, 1), "lr": FloatDistribution(1e-4, 1, log=True)}
TRIALS, OPEN, SEED = 24, 4, 3
#: What Optuna 5 has by default and an older one has not.
OF_FIVE: dict[str, Any] = {} if Version(optuna.__version__).major >= 5 else {"multivariate": True}


def loss(values: dict[str, float]) -> float:
    return float((values["x"] - 0.3) ** 2 + values["lr"])


def of_searcher(name: str) -> list[dict[str, float]]:
    setup = SearchSetup(SPACE, TRIALS, SEED, OPEN, levelled=False)
    algorithm = SEARCHERS[name].build(setup).algorithm
    algorithm.set_search_properties("loss", "min", SPACE)
    given, running = [], []
    for number in range(TRIALS):
        given.append(algorithm.suggest(f"trial_{number}"))
        running.append(number)
        if len(running) == OPEN:
            done = running.pop(0)
            algorithm.on_trial_complete(f"trial_{done}", {"loss": loss(given[done])})
    return given


def of_study(sampler: Any) -> list[dict[str, float]]:
    study = optuna.create_study(sampler=sampler)
    given, running = [], []
    for _ in range(TRIALS):
        running.append(study.ask(DISTRIBUTIONS))
        given.append(running[-1].params)
        if len(running) == OPEN:
            done = running.pop(0)
            study.tell(done, loss(done.params))
    return given


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("optuna-tpe-multivariate", {}),
        ("optuna-tpe-multivariate[constant_liar=false]", {"constant_liar": False}),
        ("optuna-tpe", {"multivariate": False}),
        ("optuna-tpe[constant_liar=false]", {"multivariate": False, "constant_liar": False}),
    ],
)
def test_library_start_up_gives_what_the_sampler_alone_proposes(name: str, options: dict[str, Any]) -> None:
    expected = of_study(optuna.samplers.TPESampler(seed=SEED, **OF_FIVE | options))
    given = of_searcher(name)
    for one, other in zip(given, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-9)
