"""Nested pairs: a searcher is never tested against one that begins with all that it proposes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.suite.registry import SEARCHERS
from benchmarks.testing.offline import Offline, drive
from benchmarks.trainables.probe import quality, space
from results import ResultsError, Run
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.nesting import untested, versus
from results.figures.plots.critical_difference import diagram
from results.figures.plots.critical_difference import figures as critical_differences
from results.figures.plots.interaction import tested as sentences_of
from results.power import pilots
from results.report.words import of_comparison
from results.statistics.best import versus_best
from results.statistics.ranks import holm, pairwise
from results.store.parts import nested
from results.store.schema import EXPERIMENTS

SAME: dict[str, Any] = {
    **{"trainable": "a", "device": "cpu", "engine": "virtual", "trials": 4, "epochs": 2, "workers": 8},
    **{"data": "subset", "train_size": 0, "gpus_per_trial": 0.0, "same_start": 0, "status": "ok"},
    **{"metric": "accuracy", "mode": "max", "baseline": 0.0, "optimum": 1.0, "trials_asked": 4},
    **{"epochs_before": 0, "wall_s": 10.0},
}
WITHIN = {"few": "many", "many": "", "other": ""}


def made(worth: dict[str, float], schedulers: str = "f", repetitions: int = 12, **columns: Any) -> Run:
    """Return a run of searchers whose scores are their worth plus noise, few's never above many's."""
    generator, rows, results = np.random.default_rng(1), [], []
    for repetition, scheduler in itertools.product(range(repetitions), schedulers):
        noise = dict(zip(WITHIN, generator.normal(0, 0.02, 3), strict=True))
        noise["few"] = min(noise["few"], noise["many"])
        for searcher, mean in worth.items():
            key = f"{searcher}-{scheduler}-{repetition}"
            names = {"key": key, "searcher": searcher, "scheduler": scheduler, "repetition": repetition}
            facts = {"searcher_nested_in": WITHIN[searcher], "searcher_base": searcher == "few"}
            rows.append({**SAME, **names, **facts, "scheduler_trains_all": True, **columns})
            value = mean + noise[searcher]
            rows[-1]["best"] = value
            results.append({"key": key, "trial_id": "t", "seq": 0, "clock": 1.0, "accuracy": value})
    frame = pd.DataFrame(rows).reindex(columns=list(EXPERIMENTS))
    return Run(frame, pd.DataFrame(), pd.DataFrame(results))


def comparison(run: Run) -> Comparison:
    [found] = comparisons(run)
    return found


def test_the_roster_declares_every_searcher_that_is_the_first_part_of_another() -> None:
    """What it proposes in a budget is all among what another one does, whatever the order."""
    given = {}
    for name, spec in SEARCHERS.items():
        if not spec.hidden and not spec.missing() and spec.origin.startswith("searchers."):
            search = Offline(name, space(), trials=12, seed=5, max_concurrent=1)
            given[name] = [str(config) for config in drive(search, objective=quality)]
    # Of equally many trials the larger one's budget is not yet used: both propose the same.
    found = {
        tuple(sorted((one, other)))
        for one, other in itertools.permutations(given, 2)
        if set(given[one]) <= set(given[other])
    }
    declared = {tuple(sorted((name, spec.nested_in))) for name, spec in SEARCHERS.items() if spec.nested_in}
    assert found == declared == {("random", "random-2x")}


def test_pairs_come_from_what_is_stored_and_reach_over_one_between() -> None:
    within: list[Any] = ["y", "z", "", None]
    frame = pd.DataFrame({"searcher": list("xyzw"), "label": ["x", "y (2x)", "z (4x)", "w"]})
    frame["searcher_nested_in"] = within
    assert nested(frame) == [("x", "y"), ("x", "z"), ("y", "z")]
    assert nested(frame, "label") == [("x", "y (2x)"), ("x", "z (4x)"), ("y (2x)", "z (4x)")]
    each_other: list[Any] = ["y", "x", "", None]
    assert nested(frame.assign(searcher_nested_in=each_other)) == [("x", "y"), ("y", "x")]
    assert nested(frame.drop(columns="searcher_nested_in")) == []
    assert nested(frame.assign(searcher_nested_in=None)) == []


def test_a_pair_is_nested_under_the_same_scheduler_only() -> None:
    combinations = [("few", "f"), ("many", "f"), ("many", "a"), ("other", "f")]
    expected = np.zeros((4, 4), dtype=bool)
    expected[0, 1] = expected[1, 0] = True
    assert (untested(combinations, [("few", "many")]) == expected).all()
    assert untested([], [("few", "many")]).shape == (0, 0)


def test_what_is_not_tested_does_not_count_for_the_correction() -> None:
    scores = np.random.default_rng(0).normal(size=(20, 4)) + np.arange(4) / 2
    apart = np.zeros((4, 4), dtype=bool)
    apart[1, 2] = apart[2, 1] = True
    alone = [pairwise(scores[:, [i, j]])[0, 1] for i, j in itertools.combinations(range(4), 2)]
    tests = dict(zip(itertools.combinations(range(4), 2), alone, strict=True))
    del tests[1, 2]
    p = pairwise(scores, apart)
    assert np.isnan(p[1, 2]) and np.isnan(p[2, 1])
    for pair, expected in zip(tests, holm(list(tests.values())), strict=True):
        assert p[pair] == p[pair[::-1]] == pytest.approx(expected)


def test_no_bar_joins_a_nested_pair_alone() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(30, 3)) * 0.1 + [5, 5, 0]
    table = pd.DataFrame(scores, columns=["few", "many", "other"])
    apart = np.array([[False, True, False], [True, False, False], [False, False, False]])
    assert diagram(table).groups == [(0, 1)]
    assert diagram(table, apart=apart).groups == []
    assert diagram(table, apart=apart).pairs == 2
    close = pd.DataFrame(generator.normal(size=(30, 3)), columns=["few", "many", "other"])
    assert diagram(close, apart=apart).groups == [(0, 1, 2)]


def test_the_best_is_not_tested_against_what_is_nested_with_it() -> None:
    generator = np.random.default_rng(3)
    values = generator.normal(size=(20, 4)) * 0.1 + [3.0, 2.5, 2.0, 0.0]
    tasks = ["a"] * 20
    apart = np.zeros((4, 4), dtype=bool)
    assert np.array_equal(versus(values, tasks, apart), versus_best(values, tasks))
    apart[0, 1] = apart[1, 0] = True
    found, plain = versus(values, tasks, apart), versus_best(values, tasks)
    assert np.isnan([found.low[1], found.high[1]]).all()
    assert found.difference == pytest.approx(plain.difference)
    assert found.low[[0, 2, 3]] == pytest.approx(plain.low[[0, 2, 3]])
    assert list(found.possible) == [True, True, False, False]
    assert list(plain.possible) == [True, False, False, False]
    # What a third one beats is out, though it is nested with the best.
    values[:, 2] += 0.8
    assert list(versus(values, tasks, apart).possible) == [True, False, False, False]


def test_rankings_reports_and_figures_say_what_is_not_tested() -> None:
    run = made({"few": 0.5, "many": 0.9, "other": 0.3}, schedulers="fa")
    found = comparison(run)
    assert found.nested == [("few", "many")]
    best, *others = found.ranking.to_dict("records")
    assert best["searcher"] == "many"
    for row in others:
        nested_with_it = row["searcher"] == "few" and row["scheduler"] == best["scheduler"]
        assert np.isfinite(row["high"]) == (not nested_with_it)
    assert any("few and many" in note for note in found.notes)
    captions = dict(critical_differences(run))
    assert len(captions) == 2
    assert any("not tested" in line for line in sentences_of(found))
    assert any("not tested" in line for line in of_comparison(found))


def test_no_sample_size_is_planned_for_a_nested_pair() -> None:
    run = made({"few": 0.5, "many": 0.9, "other": 0.3})
    with pytest.raises(ResultsError, match="few proposes the first part of what many does"):
        list(pilots(run, (("few", "f"), ("many", "f"))))
    assert len(list(pilots(run, (("other", "f"), ("many", "f"))))) == 1


def test_of_an_older_run_nothing_is_known_to_be_nested() -> None:
    found = comparison(made({"few": 0.5, "many": 0.9, "other": 0.3}, searcher_nested_in=None))
    assert found.nested == []
    assert np.isfinite(found.ranking["high"]).all()
