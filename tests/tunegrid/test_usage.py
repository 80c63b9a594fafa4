"""Lines of Python for a combination: what is printed builds a tuner, and runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import ray
from ray import tune

import tunegrid
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS
from benchmarks.suite.rules import why_incompatible
from benchmarks.usage import RAY, TUNEGRID, UsageSettings, lines

SETTINGS = UsageSettings("loss", "min", 4, 2, 2)
SPACE = {"x": tune.uniform(-1.0, 1.0), "lr": tune.loguniform(1e-4, 1.0)}
PLAIN = [name for name, spec in SEARCHERS.items() if spec.plain]
PLAIN_SCHEDULERS = [name for name, spec in SCHEDULERS.items() if spec.plain and name != "hb-bohb"]


#: What a reader has before the lines.
BEFORE = """
import tempfile
from pathlib import Path

from ray import tune

def trainable(config):
    for epoch in range(5):
        with tempfile.TemporaryDirectory() as folder:  # a population copies checkpoints
            Path(folder, "epoch").write_text(str(epoch))
            metrics = {"loss": config["x"] ** 2 / (1 + epoch)}
            tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(folder))

"""
#: Of Ray alone: each searcher with a scheduler that stops trials, and each scheduler.
RUN = [
    *((name, "asha") for name in PLAIN),
    *(("random", name) for name in PLAIN_SCHEDULERS if name != "asha"),
]


#: For a searcher that Ray gives no logarithmic domains, as its lines say.
EXPONENTS = SPACE | {"lr": tune.uniform(-4.0, 0.0)}


def run(code: str, space: dict[str, Any] = SPACE) -> dict[str, Any]:
    """Run lines of code as a reader would."""
    names: dict[str, Any] = {"__name__": "__main__", "space": dict(space)}
    exec(compile(BEFORE + code, "printed", "exec"), names)
    return names


@pytest.mark.parametrize("searcher", PLAIN)
def test_the_lines_for_plain_ray_tune_build_a_tuner(searcher: str) -> None:
    if SEARCHERS[searcher].missing():
        pytest.skip("its library is not installed")
    for scheduler in PLAIN_SCHEDULERS:
        if why_incompatible(SEARCHERS[searcher], SCHEDULERS[scheduler]):
            assert RAY not in lines(searcher, scheduler, SETTINGS)
            continue
        code = lines(searcher, scheduler, SETTINGS)[RAY].replace("results = tuner.fit()", "")
        assert isinstance(run(code)["tuner"], tune.Tuner)


def test_every_searcher_and_scheduler_of_ray_has_lines() -> None:
    rays = {"bayesopt", "bohb", "flaml-blendsearch", "flaml-cfo", "hyperopt", "hyperopt-anneal", "zoopt"}
    rays |= {"nevergrad-ngopt", "nevergrad-cma", "optuna-tpe", "random"}
    assert rays <= set(PLAIN)
    assert {"fifo", "asha", "median", "hyperband", "pbt", "pbt-sync", "pb2"} <= set(PLAIN_SCHEDULERS)


def test_rays_hyperband_for_bohb_goes_with_its_bohb_alone() -> None:
    assert "TuneBOHB(seed=0)" in lines("bohb", "hb-bohb", SETTINGS)[RAY]
    assert RAY not in lines("optuna-tpe", "hb-bohb", SETTINGS)


def test_a_population_changes_what_the_task_names() -> None:
    for scheduler in ("pbt", "pb2"):
        some = lines("random", scheduler, SETTINGS._replace(mutable=("lr",)))
        assert "for name in ('lr',)" in some[RAY] and "mutable=('lr',)," in some[TUNEGRID]
        assert "for name in space" in lines("random", scheduler, SETTINGS)[RAY]


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "sha", "hyperband", "one-epoch", "pbt", "pb2"])
def test_the_lines_for_tunegrid_build_a_tuner(scheduler: str) -> None:
    searcher = "random" if scheduler.startswith("p") else "optuna-tpe"
    code = lines(searcher, scheduler, SETTINGS)[TUNEGRID].replace("results = tuner.fit()", "")
    assert isinstance(run(code)["tuner"], tune.Tuner)


def test_a_part_that_is_not_rays_has_lines_for_tunegrid_alone() -> None:
    assert list(lines("random", "sha", SETTINGS)) == [TUNEGRID]
    assert lines("no-such-searcher", "fifo", SETTINGS) == {}


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no searcher is called 'nonsense'"):
        tunegrid.tuner(print, SPACE, metric="loss", searcher="nonsense")
    with pytest.raises(ValueError, match="replays the policy of pbt"):
        tunegrid.tuner(print, SPACE, metric="loss", scheduler="pbt-replay")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A local Ray for all runs of this module."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(("searcher", "scheduler"), RUN)
def test_the_lines_for_plain_ray_tune_run(searcher: str, scheduler: str) -> None:
    if SEARCHERS[searcher].missing() or SCHEDULERS[scheduler].missing():
        pytest.skip("its library is not installed")
    code = lines(searcher, scheduler, SETTINGS)[RAY]
    results = run(code, EXPONENTS if "refuses logarithmic domains" in code else SPACE)["results"]
    shutil.rmtree(results.experiment_path)
    assert len(results) == SETTINGS.trials * SEARCHERS[searcher].budget
    assert results.num_errors == 0
    assert results.get_best_result("loss", "min").metrics["loss"] >= 0


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
