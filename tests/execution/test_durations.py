"""The time left: learned by cell, and of cells that have not run from their parts."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
import pytest

from benchmarks.execution.durations import Durations, TimeLeft, cell_of
from benchmarks.suite.experiment import Experiment

TASKS = {"branin": 1.0, "digits-mlp": 20.0, "mnist-convnet": 5.0}
SEARCHERS = {"random": 1.0, "optuna-tpe": 2.0, "bayesopt": 8.0}
SCHEDULERS = {"fifo": 3.0, "asha": 1.0, "median": 2.0, "hyperband": 1.5}


def grid(repetitions: int) -> list[Experiment]:
    return [
        Experiment(task, searcher, scheduler, repetition=repetition)
        for repetition in range(repetitions)
        for task in TASKS
        for searcher in SEARCHERS
        for scheduler in SCHEDULERS
    ]


def seconds(e: Experiment) -> float:
    return TASKS[e.trainable] * SEARCHERS[e.searcher] * SCHEDULERS[e.scheduler]


def simulated(
    experiments: list[Experiment], runners: int, takes: Callable[[Experiment], float], at: float
) -> tuple[float, float]:
    """Return what is predicted when this share of the seconds has passed, and the truth."""
    ends: list[tuple[float, int, Experiment]] = []
    events: list[tuple[float, str, Experiment]] = []
    now = 0.0
    for number, experiment in enumerate(experiments):
        if len(ends) == runners:
            now, _, _ = heappop(ends)
        events.append((now, "starts", experiment))
        heappush(ends, (now + takes(experiment), number, experiment))
        events.append((now + takes(experiment), "ends", experiment))
    total = max(moment for moment, _, _ in events)
    left = TimeLeft(experiments)
    for moment, what, experiment in sorted(events, key=lambda event: (event[0], event[1])):
        if moment > at * total:
            break
        if what == "starts":
            left.started(experiment, moment)
        else:
            left.ended(experiment.key, moment)
    return left.seconds(at * total) or np.nan, (1 - at) * total


@pytest.mark.parametrize("runners", [1, 2, 7])
@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_the_time_left_is_right_within_a_quarter_after_a_tenth(runners: int, at: float) -> None:
    generator = np.random.default_rng(1)
    experiments = grid(10)
    noise = {e.key: float(generator.lognormal(0, 0.2)) for e in experiments}
    predicted, truth = simulated(experiments, runners, lambda e: seconds(e) * noise[e.key], at)
    assert predicted == pytest.approx(truth, rel=0.25)


@pytest.mark.parametrize(("repetitions", "at"), [(1, 0.25), (2, 0.1), (3, 0.1)])
def test_parts_that_were_seen_tell_of_cells_that_were_not(repetitions: int, at: float) -> None:
    """The first repetition begins with the quick task: the mean of all that has ended is far too low."""
    experiments = grid(repetitions)
    total = sum(map(seconds, experiments))
    done = np.searchsorted(np.cumsum([seconds(e) for e in experiments]), at * total)
    mean_of_all = (len(experiments) - done) * at * total / done
    predicted, truth = simulated(experiments, 1, seconds, at)
    assert mean_of_all < truth / 2
    assert predicted == pytest.approx(truth, rel=0.3)


def test_an_unknown_cell_is_the_product_of_what_its_parts_do() -> None:
    durations = Durations()
    for e in grid(1):
        if (e.searcher, e.scheduler) != ("bayesopt", "fifo"):
            durations.add(e, seconds(e))
    unknown = Experiment("mnist-convnet", "bayesopt", "fifo")
    assert durations.expected(cell_of(unknown)) == pytest.approx(seconds(unknown), rel=0.5)
    known = Experiment("branin", "random", "asha", repetition=8)
    assert durations.expected(cell_of(known)) == seconds(known)
    assert Durations().expected(cell_of(known)) is None


def test_nothing_is_said_before_an_experiment_has_ended_and_nothing_is_left_at_the_end() -> None:
    one, other = grid(1)[:2]
    left = TimeLeft([one, other])
    left.started(one, 0.0)
    assert left.seconds(5.0) is None
    left.ended(one.key, 10.0)
    left.started(other, 10.0)
    assert left.seconds(12.0) == pytest.approx(8.0, rel=0.01)
    left.ended(other.key, 20.0)
    assert left.seconds(20.0) == 0
    left.ended("answered by a rule", 20.0)


def test_what_runs_for_longer_than_expected_counts() -> None:
    """Of 20 at a time every other one takes twice as long: those that end first are the quick ones."""
    grid = [Experiment("mnist-convnet", "random", "fifo", repetition=n, engine="live") for n in range(100)]
    slow = {e.key for e in grid[::2]}
    predicted, truth = simulated(grid, 20, lambda e: 8.0 if e.key in slow else 4.0, 0.2)
    assert predicted == pytest.approx(truth, rel=0.4)


def test_the_first_experiment_of_each_runner_is_not_what_the_rest_is_judged_by() -> None:
    """On two runners each first one imports for 9 seconds; the others take one."""
    experiments = [Experiment("branin", "random", "fifo", repetition=n) for n in range(40)]
    cold = {experiments[0].key, experiments[1].key}
    predicted, truth = simulated(experiments, 2, lambda e: 10.0 if e.key in cold else 1.0, 0.5)
    assert predicted == pytest.approx(truth, rel=0.1)
