"""Presets of sets of tasks: what of them can run where, and what a run says of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import benchmarks.trainables
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import parser
from benchmarks.suite.presets import PRESETS, SETS, left_out, runnable
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.task_sets import small_tasks, task_split
from benchmarks.suite.trainable_spec import TrainableSpec

TABLES = Path(benchmarks.trainables.__file__).parent / "tables"


def asked(*argv: object) -> Grid:
    return asked_grid(parser().parse_args(["--grid", "--num-cpus", "64", *map(str, argv)]))


def has_digits(preset: str) -> bool:
    return "digits-mlp" in PRESETS[preset].trainables


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
        card = TABLES / experiment.trainable / "card.json"
        recorded = json.loads(card.read_text(encoding="utf-8"))["epochs"] if card.is_file() else None
        assert experiment.epochs == (recorded or most or 27)


def test_tasks_that_are_named_are_taken_in_place_of_the_sets() -> None:
    assert asked("--preset", "test", "--trainables", "branin").trainables == ("branin",)


@pytest.mark.usefixtures("bare")
def test_what_is_not_installed_is_left_out_and_named() -> None:
    preset, tasks = next((name, PRESETS[name].trainables) for name in SETS if has_digits(name))
    grid = asked("--preset", preset, "--engine", "virtual")
    assert grid.trainables == ("digits-mlp",)
    [line] = left_out(preset, grid)
    assert line.startswith(f"preset {preset}: {len(tasks) - 1} of {len(tasks)} tasks are left out")
    assert next(name for name in tasks if name != "digits-mlp") in line
    assert left_out("quick", asked("--trainables", "branin")) == []
    assert left_out(preset, asked("--preset", preset, "--trainables", "branin")) == []


@pytest.mark.usefixtures("bare")
def test_a_set_of_which_nothing_can_run_is_misuse() -> None:
    preset = next(name for name in ("dev", "test") if not has_digits(name))
    with pytest.raises(
        Misuse, match=f"none of the .* tasks of preset {preset} can run on the engine virtual"
    ):
        runnable(preset, "virtual")


def test_a_budget_decides_how_many_trials_a_set_runs_unless_they_are_named() -> None:
    assert asked("--preset", "small", "--engine", "virtual").trials == PRESETS["small"].trials
    alone = asked("--preset", "small", "--engine", "virtual", "--budget", "50x")
    assert (alone.trials, alone.budget) == (0, 50.0)
    both = asked("--preset", "small", "--engine", "virtual", "--budget", "50x", "--trials", "9")
    assert (both.trials, both.budget) == (9, 50.0)
