"""Lines of Python for a combination: what is printed builds a tuner, and runs."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
import ray
from ray import tune

import tunegrid
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS
from benchmarks.usage import RAY, TUNEGRID, UsageSettings, lines

SETTINGS = UsageSettings("loss", "min", 4, 2, 2)
SPACE = {"x": tune.uniform(-1.0, 1.0), "lr": tune.loguniform(1e-4, 1.0)}
PLAIN = [name for name, spec in SEARCHERS.items() if spec.plain]


#: What a reader has before the lines.
BEFORE = """
from ray import tune

def trainable(config):
    for epoch in range(5):
        tune.report({"loss": config["x"] ** 2 / (1 + epoch)})

"""


def run(code: str) -> dict[str, Any]:
    """Run lines of code as a reader would."""
    names: dict[str, Any] = {"__name__": "__main__", "space": dict(SPACE)}
    exec(compile(BEFORE + code, "printed", "exec"), names)
    return names


@pytest.mark.parametrize("searcher", PLAIN)
def test_the_lines_for_plain_ray_tune_build_a_tuner(searcher: str) -> None:
    if SEARCHERS[searcher].missing():
        pytest.skip("its library is not installed")
    for scheduler in [name for name, spec in SCHEDULERS.items() if spec.plain]:
        code = lines(searcher, scheduler, SETTINGS)[RAY].replace("results = tuner.fit()", "")
        assert isinstance(run(code)["tuner"], tune.Tuner)


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "sha", "hyperband", "one-epoch"])
def test_the_lines_for_tunegrid_build_a_tuner(scheduler: str) -> None:
    code = lines("optuna-tpe", scheduler, SETTINGS)[TUNEGRID].replace("results = tuner.fit()", "")
    assert isinstance(run(code)["tuner"], tune.Tuner)


def test_a_part_that_is_not_rays_has_lines_for_tunegrid_alone() -> None:
    assert list(lines("random", "sha", SETTINGS)) == [TUNEGRID]
    assert lines("no-such-searcher", "fifo", SETTINGS) == {}


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no searcher is called 'nonsense'"):
        tunegrid.tuner(print, SPACE, metric="loss", searcher="nonsense")
    with pytest.raises(ValueError, match="replays the policy of pbt"):
        tunegrid.tuner(print, SPACE, metric="loss", scheduler="pbt-replay")


@pytest.mark.slow
@pytest.mark.parametrize("title", [RAY, TUNEGRID])
def test_the_lines_run(title: str) -> None:
    try:
        results = run(lines("optuna-tpe", "asha", SETTINGS)[title])["results"]
        shutil.rmtree(results.experiment_path)
    finally:
        ray.shutdown()
    assert len(results) == 4
    assert results.num_errors == 0
    assert results.get_best_result("loss", "min").metrics["loss"] >= 0
