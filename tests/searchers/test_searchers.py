"""Every searcher gives what is asked of it, inside the space, whatever becomes of its trials, and repeats."""

from __future__ import annotations

import json
import logging
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import offline
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offline import MODEL_BASED, Config, closeness, drive, inside, outside, planned, variants
from ray import tune

from benchmarks.registry import SEARCHERS, TRAINABLES, SearchSetup
from searchers.grid_search import level_counts

TRIALS = 24
CORE = ["mnist-convnet", "digits-mlp"]
ENDS: dict[str, Callable[[int], str]] = {
    "a third of the trials fails": lambda number: "failed" if number % 3 == 0 else "ok",
    "the first five fail": lambda number: "failed" if number < 5 else "ok",
    "all fail": lambda number: "failed",
    "all end while paused": lambda number: "paused",
    "a third reports NaN": lambda number: "nan" if number % 3 == 0 else "ok",
}

# The budgets and intervals are small on purpose.
pytestmark = [
    pytest.mark.filterwarnings("ignore:orphanated injected solution"),
    pytest.mark.filterwarnings("ignore:Bounds are .* sigma away"),
    pytest.mark.filterwarnings("ignore:The distribution is specified by"),
    pytest.mark.filterwarnings("ignore:divide by zero encountered in log"),
]

every_searcher = pytest.mark.parametrize("name", MODEL_BASED)
every_space = pytest.mark.parametrize("trainable", CORE)


@pytest.fixture(autouse=True)
def global_generators() -> Iterator[None]:
    """Give the process its random states back: ``drive`` seeds them as an experiment's process does."""
    logging.getLogger("ray").setLevel(logging.ERROR)
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the libraries' own
    yield
    random.setstate(python)
    np.random.set_state(legacy)  # noqa: NPY002


def space_of(trainable: str) -> Mapping[str, Any]:
    return TRAINABLES[trainable].space()


def trials_for(name: str) -> int:
    """Return fewer trials for a Gaussian process, which is slow: its random start and a few steps."""
    return 8 if name == "bayesopt" else TRIALS


@cache
def undisturbed(name: str) -> list[Config | None]:
    """Return what a searcher suggests if every trial completes; others are compared with it."""
    return drive(name, space_of("mnist-convnet"), trials=trials_for(name))


def check_all_given_and_inside(suggested: list[Config | None], space: Mapping[str, Any]) -> None:
    for number, config in enumerate(suggested):
        assert config is not None, f"no suggestion for trial {number}"
        assert outside(space, config) == {}, f"trial {number}: {config}"


@every_space
@every_searcher
def test_a_whole_budget_is_given_one_after_another(name: str, trainable: str) -> None:
    suggested = drive(name, space_of(trainable), trials=TRIALS)
    assert len(suggested) == TRIALS
    check_all_given_and_inside(suggested, space_of(trainable))
    assert len({json.dumps(config, sort_keys=True, default=float) for config in suggested}) > TRIALS / 2


@pytest.mark.parametrize("ends", list(ENDS.values()), ids=list(ENDS))
@every_space
@every_searcher
def test_search_goes_on_whatever_becomes_of_the_trials(
    name: str, trainable: str, ends: Callable[[int], str]
) -> None:
    suggested = drive(name, space_of(trainable), trials=trials_for(name), ends=ends)
    check_all_given_and_inside(suggested, space_of(trainable))


@every_space
@every_searcher
def test_several_trials_may_be_undecided_at_once(name: str, trainable: str) -> None:
    suggested = drive(name, space_of(trainable), trials=trials_for(name), at_once=4)
    check_all_given_and_inside(suggested, space_of(trainable))


@every_searcher
def test_no_searcher_looks_further_ahead_than_all_may(name: str) -> None:
    search = planned(name, space_of("mnist-convnet"), trials=8, seed=1, look_ahead=3).algorithm
    search.set_search_properties("metric", "max", dict(space_of("mnist-convnet")))
    given = [search.suggest(f"trial_{number}") for number in range(5)]
    assert [config is not None for config in given] == [True] * 3 + [False] * 2
    # Every way in which a trial can end makes room for another.
    search.on_trial_complete("trial_0", result={"metric": 0.5, "training_iteration": 1})
    assert isinstance(search.suggest("trial_5"), dict)
    search.on_trial_complete("trial_1", error=True)
    assert isinstance(search.suggest("trial_6"), dict)
    search.on_trial_complete("trial_2")
    assert isinstance(search.suggest("trial_7"), dict)
    assert search.suggest("trial_8") is None


@every_searcher
def test_searcher_learns_from_results(name: str) -> None:
    downhill = drive(
        name,
        space_of("mnist-convnet"),
        trials=trials_for(name),
        objective=lambda config: -closeness(config),
    )
    assert downhill[0] == undisturbed(name)[0]  # nothing is known yet
    assert downhill != undisturbed(name)


@every_searcher
def test_trial_that_ends_while_paused_teaches_as_much_as_one_that_completes(name: str) -> None:
    # HyperBand ends paused trials: Tune then reports no result, though there was one.
    ends = ENDS["all end while paused"]
    assert drive(name, space_of("mnist-convnet"), trials=trials_for(name), ends=ends) == undisturbed(name)


@every_searcher
def test_trial_that_reports_nan_counts_as_one_that_failed(name: str) -> None:
    failed, nan = (
        drive(name, space_of("mnist-convnet"), trials=trials_for(name), ends=ENDS[ends])
        for ends in ("a third of the trials fails", "a third reports NaN")
    )
    assert nan == failed


@every_searcher
def test_minimising_mirrors_maximising(name: str) -> None:
    mirrored = drive(
        name,
        space_of("mnist-convnet"),
        trials=trials_for(name),
        mode="min",
        objective=lambda config: -closeness(config),
    )
    assert mirrored == undisturbed(name)


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """What every searcher suggests for one seed in two processes that differ in all but that."""
    processes = [
        subprocess.Popen(
            [sys.executable, offline.__file__, "5", noise, str(tmp_path_factory.mktemp("storage"))],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": noise},
        )
        for noise in ("1", "4711")
    ]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    return [json.loads(text) for text in said]


@pytest.mark.parametrize("name", list(SEARCHERS))
def test_same_seed_gives_the_same_suggestions_in_every_process(
    two_processes: list[dict[str, str]], name: str
) -> None:
    one, other = two_processes
    assert len(json.loads(one[name])) >= 8
    assert one[name] == other[name]


@every_searcher
def test_another_seed_gives_other_suggestions(name: str) -> None:
    space = space_of("digits-mlp")
    assert drive(name, space, trials=4, seed=1) != drive(name, space, trials=4, seed=2)


DOMAINS: dict[str, Any] = {
    "uniform": tune.uniform(-2, 3),
    "loguniform": tune.loguniform(1e-5, 10),
    "quniform": tune.quniform(0, 5, 0.25),
    "qloguniform": tune.qloguniform(0.5, 50, 0.5),
    "randint": tune.randint(-3, 4),
    "lograndint": tune.lograndint(1, 9),
    "qrandint": tune.qrandint(0, 30, 10),
    "qrandint off its grid": tune.qrandint(1, 11, 4),
    "qlograndint": tune.qlograndint(4, 64, 4),
    "choice": tune.choice(["a", "b", 3]),
    "choice of one": tune.choice(["only"]),
    "choice of flags": tune.choice([True, False]),
    "randint of one": tune.randint(4, 5),
}


@pytest.mark.parametrize("name", MODEL_BASED)
@pytest.mark.parametrize("domain", list(DOMAINS))
def test_every_domain_is_honoured(name: str, domain: str) -> None:
    space = {"x": DOMAINS[domain], "lr": tune.loguniform(1e-4, 1), "momentum": tune.uniform(0, 0.9)}
    check_all_given_and_inside(drive(name, space, trials=4 if name == "bayesopt" else 12), space)


# Tune's own variant generator: random and grid


@every_space
@pytest.mark.parametrize("trials", [1, 7, TRIALS])
def test_random_draws_as_many_as_asked_inside_the_space(trainable: str, trials: int, tmp_path: Path) -> None:
    space = space_of(trainable)
    drawn = variants("random", space, tmp_path, trials=trials)
    assert len(drawn) == trials
    check_all_given_and_inside(list(drawn), space)
    assert drawn == variants("random", space, tmp_path, trials=trials)
    assert drawn != variants("random", space, tmp_path, trials=trials, seed=2)


@every_space
@pytest.mark.parametrize("trials", [1, 2, 7, TRIALS])
def test_grid_has_at_most_as_many_points_as_trials(trainable: str, trials: int, tmp_path: Path) -> None:
    space = space_of(trainable)
    points = variants("grid", space, tmp_path, trials=trials)
    assert 1 <= len(points) <= trials
    assert len(points) > trials / 2  # one more level anywhere would be too many
    check_all_given_and_inside(list(points), space)
    assert len({json.dumps(point, sort_keys=True) for point in points}) == len(points)
    assert points == variants("grid", space, tmp_path, trials=trials, seed=2)  # a grid has no chance in it


def test_grid_crosses_every_level_with_every_other(tmp_path: Path) -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "units": tune.choice([8, 16]), "depth": 3}
    points = variants("grid", space, tmp_path, trials=9)
    pairs = {(point["lr"], point["units"]) for point in points}
    assert pairs == {(lr, units) for lr, _ in pairs for units in (8, 16)}
    assert len(points) == len(pairs) == 8
    assert all(point["depth"] == 3 and inside(space["lr"], point["lr"]) for point in points)


limits = st.dictionaries(st.text(max_size=3), st.none() | st.integers(1, 6), max_size=6)


@given(limits, st.integers(1, 300))
def test_level_counts_fill_the_budget_and_never_exceed_it(limits: dict[str, int | None], trials: int) -> None:
    counts = level_counts(limits, trials)
    assert counts.keys() == limits.keys()
    points = math.prod(counts.values())
    assert points <= trials
    for name, count in counts.items():
        limit = limits[name]
        assert count >= 1
        assert limit is None or count <= limit
        if limit is None or count < limit:
            assert points // count * (count + 1) > trials, f"{name} could have another level"


@given(st.integers(1, 5), st.integers(1, 300))
def test_levels_are_shared_out_evenly(names: int, trials: int) -> None:
    counts = level_counts(dict.fromkeys("abcde"[:names]), trials)
    whole = math.floor(trials ** (1 / names) + 1e-9)
    assert min(counts.values()) == whole


@pytest.mark.parametrize(("trials", "startup"), [(1, 3), (8, 3), (20, 5), (40, 10), (1000, 10)])
def test_random_start_is_the_same_share_of_the_budget_for_all(trials: int, startup: int) -> None:
    assert SearchSetup({}, trials, 0, 1).startup == startup
