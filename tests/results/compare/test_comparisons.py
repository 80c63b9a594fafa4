"""Which experiments share a comparison, and that every output takes the same ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.synthetic import make_run

from results import Run, load
from results.compare.budgets import WHOLE
from results.compare.grouping import candidates, comparisons, separations
from results.compare.settings import OLDER, TASK

OTHER: dict[str, Any] = {
    **{
        "trainable": "another",
        "device": "gpu",
        "engine": "virtual",
        "trials": 16,
        "epochs": 27,
        "workers": 4,
    },
    **{"data": "full", "train_size": 500, "gpus_per_trial": 0.5, "same_start": 3, "max_failures": 2},
    **{"time_budget": 90.0, "latency": "measured", "charge_overhead": "measured", "stragglers": 0.5},
    **{"drop_outs": 0.1, "preemptions": 0.1, "speeds": "1,0.5"},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    whole = load(make_run(tmp_path_factory.mktemp("run"), 2, 2, 4, clean=True))
    return whole.only(whole.experiments.fillna(OLDER))


def changed(run: Run, **columns: Any) -> Run:
    """Return the run with other values in the experiments of the repetitions 2 and 3."""
    later = run.experiments["repetition"] >= 2
    new = {name: run.experiments[name].mask(later, value) for name, value in columns.items()}
    return run.only(run.experiments.assign(**new))


def repetitions(run: Run, *, scored: bool) -> list[list[int]]:
    return [sorted(set(one.experiments["repetition"])) for one in comparisons(run, scored=scored)]


def test_what_agrees_in_all_settings_is_one_comparison(run: Run) -> None:
    assert repetitions(run, scored=False) == repetitions(run, scored=True) == [[0, 1, 2, 3]]
    assert separations(run) == ""


@pytest.mark.parametrize("name", list(OTHER))
def test_what_differs_in_a_setting_shares_no_metric(name: str, run: Run) -> None:
    other = changed(run, **{name: OTHER[name]})
    assert sorted(repetitions(other, scored=False)) == [[0, 1], [2, 3]]
    assert len({one.slug for one in comparisons(other, scored=False)}) == 2
    assert f"differ in {name.replace('_', ' ')} (" in separations(other)
    assert f"{OTHER[name]}" in separations(other)


@pytest.mark.parametrize("name", [name for name in OTHER if name not in TASK])
def test_what_differs_in_a_condition_shares_no_scores(name: str, run: Run) -> None:
    assert sorted(repetitions(changed(run, **{name: OTHER[name]}), scored=True)) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("name", TASK)
def test_scores_are_compared_over_tasks(name: str, run: Run) -> None:
    [several] = comparisons(changed(run, **{name: OTHER[name]}), scored=True)
    assert len(several.tasks) == 2
    assert list(several.tasks_alone) == several.tasks
    for task, alone in several.tasks_alone.items():
        assert (alone.tasks, set(alone.outcomes["trainable"])) == ([task], {task})
        assert len(alone.outcomes) == len(several.outcomes) / 2


def test_each_experiment_with_a_result_is_in_one_comparison(run: Run) -> None:
    """Of several tasks some have scores: these are compared by them, the others by their metric."""
    later = run.experiments["repetition"] >= 2
    mixed = run.only(
        run.experiments.assign(
            trainable=run.experiments["trainable"].mask(later, "unknown"),
            baseline=run.experiments["baseline"].mask(later),
        )
    )
    every = list(comparisons(mixed))
    assert [(one.tasks, one.scored) for one in every] == [(["mnist-convnet"], True), (["unknown"], False)]
    keys = [key for one in every for key in one.experiments["key"]]
    assert sorted(keys) == sorted(run.experiments["key"])
    assert [one.metric for one in candidates(mixed, 2, WHOLE)] == [one.metric for one in every]


def test_a_ranking_and_a_figure_of_scores_have_the_same_numbers(run: Run) -> None:
    best = run.experiments["best"].mask(run.experiments["searcher"].eq("grid"))
    gaps = run.only(run.experiments.assign(best=best))
    [figure], [ranked] = comparisons(gaps, scored=True), candidates(gaps, 2, WHOLE)
    assert figure.complete.table.equals(ranked.complete.table)
    assert figure.complete.notes == ranked.complete.notes
    assert "left out" in figure.complete.notes[0] and "grid x fifo" in figure.complete.notes[0]
    assert {pair for pair, _ in figure.combinations} == {"random"}


def test_a_task_without_a_complete_block_is_left_out_with_a_note(tmp_path: Path) -> None:
    make_run(tmp_path, 3, 3, 4, clean=True, trainable="whole")
    make_run(tmp_path, 1, 1, 2, clean=True, trainable="scarce")
    [ranked] = candidates(load(tmp_path), 2, WHOLE)
    assert (ranked.tasks, ranked.complete.task_names, ranked.tasks_alone) == (["whole"], ["whole"], {})
    assert set(ranked.experiments["trainable"]) == {"whole"}
    assert ranked.notes == ["task scarce is left out: 8 of 9 combinations have no result on it"]


def test_values_at_the_end_are_those_at_a_budget_beyond_it(run: Run) -> None:
    [end] = candidates(run, 2, WHOLE)
    [beyond] = candidates(run, 2, WHOLE._replace(amount=1e9))
    assert np.array_equal(end.complete.table, beyond.complete.table)


def test_old_runs_without_a_column_have_its_default(tmp_path: Path) -> None:
    old = load(make_run(tmp_path, 2, 2, 2, clean=True))
    assert old.experiments["stragglers"].isna().all()
    [one] = comparisons(old, scored=False)
    assert {name: one.settings[name] for name in OLDER} == OLDER
