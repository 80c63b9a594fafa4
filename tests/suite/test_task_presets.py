"""Presets of sets of tasks: what of them can run where, and what a run says of the rest."""

from __future__ import annotations

import pytest

from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import parser
from benchmarks.suite.presets import PRESETS, SETS, left_out, runnable
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.task_sets import small_tasks, task_split
from benchmarks.suite.trainable_spec import TrainableSpec


def asked(*argv: object) -> Grid:
    return asked_grid(parser().parse_args(["--grid", "--num-cpus", "64", *map(str, argv)]))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every package of tasks be missing but what digits-mlp needs."""
    found = TrainableSpec.missing
    monkeypatch.setattr(
        TrainableSpec, "missing", lambda spec: [] if spec.name == "digits-mlp" else [*found(spec), "gone"]
    )


def test_sets_have_the_tasks_of_the_committed_files() -> None:
    assert PRESETS["dev"].trainables == task_split().dev
    assert PRESETS["test"].trainables == task_split().test
    assert PRESETS["small"].trainables == small_tasks()


@pytest.mark.parametrize("preset", SETS)
def test_a_set_has_what_can_run_on_the_engine_each_task_with_its_own_epochs(preset: str) -> None:
    grid = asked("--preset", preset, "--engine", "virtual", "--searchers", "random", "--schedulers", "fifo")
    assert set(grid.trainables) <= set(PRESETS[preset].trainables)
    assert all(TRAINABLES[name].curves and not TRAINABLES[name].missing() for name in grid.trainables)
    for experiment in grid.experiments():
        most = TRAINABLES[experiment.trainable].most_epochs
        assert experiment.epochs == (most or 27)


def test_tasks_that_are_named_are_taken_in_place_of_the_sets() -> None:
    assert asked("--preset", "test", "--trainables", "branin").trainables == ("branin",)


@pytest.mark.usefixtures("bare")
def test_what_is_not_installed_is_left_out_and_named() -> None:
    grid = asked("--preset", "test", "--engine", "virtual")
    assert grid.trainables == ("digits-mlp",)
    [line] = left_out("test", grid)
    count = len(task_split().test)
    assert line.startswith(f"preset test: {count - 1} of {count} tasks are left out")
    assert "branin" in line
    assert left_out("quick", asked("--trainables", "branin")) == []
    assert left_out("test", asked("--preset", "test", "--trainables", "branin")) == []


@pytest.mark.usefixtures("bare")
def test_a_set_of_which_nothing_can_run_is_misuse() -> None:
    with pytest.raises(Misuse, match=r"none of the .* tasks of preset dev can run on the engine virtual"):
        runnable("dev", "virtual")


def test_a_budget_decides_how_many_trials_a_set_runs_unless_they_are_named() -> None:
    assert asked("--preset", "small", "--engine", "virtual").trials == PRESETS["small"].trials
    alone = asked("--preset", "small", "--engine", "virtual", "--budget", "50x")
    assert (alone.trials, alone.budget) == (0, 50.0)
    both = asked("--preset", "small", "--engine", "virtual", "--budget", "50x", "--trials", "9")
    assert (both.trials, both.budget) == (9, 50.0)
