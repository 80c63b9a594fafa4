"""The order of a run's experiments: whole repetitions, and each task soon after the start."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.execution.turns import by_turns
from benchmarks.suite.experiment import Experiment

TASKS, SCHEDULERS = ("branin", "digits-mlp", "mnist-convnet"), ("asha", "fifo", "pbt")
experiment = st.builds(
    Experiment,
    st.sampled_from(TASKS),
    st.just("random"),
    st.sampled_from(SCHEDULERS),
    repetition=st.integers(0, 3),
)


@given(st.lists(experiment, unique_by=lambda e: e.key))
def test_all_come_once_repetition_by_repetition_and_those_of_a_task_in_their_order(
    given: list[Experiment],
) -> None:
    ordered = by_turns(given)
    assert sorted(e.key for e in ordered) == sorted(e.key for e in given)
    assert all(a.repetition <= b.repetition for a, b in pairwise(ordered))
    for repetition in range(4):
        for task in TASKS:
            ours = [e for e in given if (e.repetition, e.trainable) == (repetition, task)]
            assert [e for e in ordered if e in ours] == ours


def test_each_task_has_begun_before_any_begins_another_experiment() -> None:
    grid = [Experiment(task, "random", scheduler) for task in TASKS for scheduler in SCHEDULERS]
    assert {e.trainable for e in by_turns(grid)[: len(TASKS)]} == set(TASKS)
