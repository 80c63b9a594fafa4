"""Division of tasks into two sets: its rules on made-up tasks, and the properties of the committed split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.suite.task_sets import SPLIT, set_of, small_tasks, task_split
from benchmarks.tasks.balance import BALANCED, TOLERANCE, distances, imbalances, standardised
from benchmarks.tasks.families import family_of, is_function
from benchmarks.tasks.feature_file import feature_file
from benchmarks.tasks.splitting import divided
from benchmarks.tasks.task_features import TaskFeatures
from benchmarks.tasks.task_names import shipped_tasks
from scripts import write_task_split

AGAIN = "write it again: python -m scripts.write_task_split"


def made_up(count: int, seed: int = 0) -> dict[str, TaskFeatures]:
    """Return tasks of families of one to three."""
    chance = np.random.default_rng(seed)
    return {
        f"family{chance.integers(count // 2)}-task{number}": TaskFeatures(
            dimensions=int(chance.integers(2, 10)),
            log_floats=1,
            linear_floats=int(chance.integers(3)),
            integers=0,
            categories=int(chance.integers(2)),
            conditions=0,
            epochs=27,
            noise=float(chance.random()) if number % 4 else None,
            seconds=float(chance.lognormal()),
        )
        for number in range(count)
    }


# The rules


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_sets_cover_all_tasks_tear_no_family_and_do_not_depend_on_the_order(
    seed: int, random: object
) -> None:
    tasks = made_up(16, seed)
    names = list(tasks)
    random.shuffle(names)  # type: ignore[attr-defined]
    first, second = divided(tasks, starts=5)
    assert sorted([*first, *second]) == sorted(tasks)
    assert not {family_of(name) for name in first} & {family_of(name) for name in second}
    assert divided({name: tasks[name] for name in names}, starts=5) == (first, second)


def test_sets_are_more_alike_than_random_ones() -> None:
    tasks = made_up(40)
    points = standardised(dict(sorted(tasks.items())))
    first, _ = divided(tasks)
    reached = distances(points, np.array([name in first for name in sorted(tasks)])).max()
    chance = np.random.default_rng(1)
    drawn = [distances(points, chance.permutation(40) < 20).max() for _ in range(100)]
    assert reached < np.quantile(drawn, 0.1)


def test_families_that_are_fixed_stay_where_they_are() -> None:
    tasks = made_up(16)
    first, second = divided(tasks, starts=5)
    fixed = {family_of(second[0]): True, family_of(first[0]): False}
    moved, others = divided(tasks, fixed, starts=5)
    assert second[0] in moved
    assert first[0] in others


def test_one_family_cannot_be_divided() -> None:
    with pytest.raises(ValueError, match="1 families cannot be divided"):
        divided(made_up(2))


def test_what_is_out_of_balance_is_named() -> None:
    tasks = {
        f"a{n}-x": TaskFeatures(2 if n < 5 else 9, 0, 1, 0, 0, 0, epochs=27, noise=0.1) for n in range(10)
    }
    small, mixed = [f"a{n}-x" for n in range(5)], [f"a{n}-x" for n in range(0, 10, 2)]
    assert any(line.startswith("dimensions: the means are 2.00") for line in imbalances(tasks, small))
    assert not any(line.startswith("noise") for line in imbalances(tasks, small))
    assert imbalances(tasks, mixed[:3]) != []
    assert "20% of the tasks are in one set" in imbalances(tasks, small[:2])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("hpobench-car", "hpobench-kc1", True),
        ("mnist-convnet", "mnist-wide", True),
        ("bbob-f03", "bbob-f15-d20", True),
        ("bbob-f16", "bbob-f16-d2", True),
        ("bbob-f08", "rosenbrock", True),
        ("bbob-f16", "bbob-f17", False),
        ("branin", "conditional", True),
        ("hpobench-car", "hpolib-protein-structure", False),
        ("boosting-letter", "boosting-spam", True),
    ],
)
def test_families_hold_near_copies(one: str, other: str, *, alike: bool) -> None:
    assert (family_of(one) == family_of(other)) == alike


def test_functions_are_told_from_trained_models() -> None:
    assert is_function("bbob-f07")
    assert is_function("levy")
    assert not is_function("mnist-wide")
    assert not is_function("hpobench-car")


# The committed split


def test_the_split_covers_every_shipped_task_once() -> None:
    split = task_split()
    assert sorted([*split.dev, *split.test]) == shipped_tasks(), AGAIN
    assert not set(split.dev) & set(split.test)
    assert split.version >= 1
    assert not {family_of(name) for name in split.dev} & {family_of(name) for name in split.test}
    assert set_of(split.dev[0]) == "dev"
    assert set_of("of somebody else") == ""


def test_the_sets_of_the_split_are_alike() -> None:
    features = feature_file().tasks
    tasks = {name: features[name] for name in shipped_tasks()}
    assert imbalances(tasks, task_split().dev) == [], AGAIN
    assert 0 < TOLERANCE < 1
    assert len(BALANCED) == standardised(tasks).shape[1]


def test_the_small_set_is_of_shipped_tasks_with_curves() -> None:
    features = feature_file().tasks
    tasks = small_tasks()
    assert len(set(tasks)) == len(tasks) <= 10
    assert all(features[name].epochs is not None for name in tasks)


def test_writing_the_same_tasks_again_changes_nothing_and_others_have_the_next_version(
    tmp_path: Path,
) -> None:
    assert write_task_split.split(keep=True) == task_split()
    other = tmp_path / "split.toml"
    other.write_text(SPLIT.read_text().replace('    "mnist-wide",\n', ""))
    assert write_task_split.split(keep=False, path=other).version == task_split().version + 1
    assert write_task_split.split(keep=True, path=tmp_path / "none.toml").version == 1
    assert write_task_split.text(task_split()) == SPLIT.read_text()
