"""The incumbents of whole runs agree with what a simple loop finds, however the rows lie in their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st

from results import ResultsError, Run, Store, load
from results.types import Axis

NUMBERS = st.sampled_from([np.nan, np.inf, -1.0, 0.0, 0.25, 0.5, 2.0])
RESULTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 9), NUMBERS), max_size=30
)
AXES: tuple[Axis, ...] = ("epochs", "clock", "trials")


def run_of(rows: list[tuple[str, str, int, float]], order: list[int]) -> Run:
    """A run of the experiments a (max), b (min) and c (failed), with results in some order."""
    frame = pd.DataFrame(rows, columns=["key", "trial_id", "clock", "acc"])
    frame = frame.astype({"key": str, "trial_id": str, "clock": float, "acc": float})
    frame["clock"] = frame.groupby("key")["clock"].cumsum()
    frame["seq"] = frame.groupby("key").cumcount().astype("Int64")
    experiments = pd.DataFrame({"key": ["a", "b", "c"], "status": ["ok", "ok", "failed"], "metric": "acc"})
    experiments = experiments.assign(mode=["max", "min", "max"], epochs_before=[3, 0, 0])
    return Run(experiments, pd.DataFrame(), frame.iloc[order])


def ends_before(own: pd.DataFrame) -> pd.Series:
    """Return how many trials had ended before each result: those none of whose results was still to come."""
    names = list(own["trial_id"])
    return pd.Series([len(set(names[:i]) - set(names[i:])) for i in range(len(names))], own.index, dtype=int)


@given(st.data(), RESULTS, st.sampled_from(AXES))
def test_it_is_the_best_of_all_that_had_come(data: st.DataObject, rows: list, axis: Axis) -> None:
    run = run_of(rows, data.draw(st.permutations(range(len(rows)))))
    curves = run.curves(axis)
    assert list(curves.keys) == ["a", "b"]
    points = np.arange(0.0, 40.0)
    for key, best, before, held in zip("ab", (max, min), (3, 0), curves.at(points), strict=True):
        own = run.results[run.results["key"] == key].sort_values("seq")
        x = {
            "epochs": own["seq"] + 1 + before,
            "clock": own["clock"],
            "trials": ends_before(own) + 1,
        }[axis]
        for point, value in zip(points, held, strict=True):
            known = [v for v in own["acc"][(x <= point).to_numpy(dtype=bool)] if np.isfinite(v)]
            assert value == best(known) if known else np.isnan(value)
        steps = curves.curve(key)
        assert (np.diff(steps.x) >= 0).all() and np.isfinite(steps.y).all()
        if len(steps.x):
            assert steps.x[-1] == x.max()
            assert steps.x[-1] == curves.ends[list(curves.keys).index(key)]
            assert (np.diff(steps.y)[:-1] != 0).all()  # nothing but steps, and the end


def test_trials_count_once_they_have_ended() -> None:
    """100 trials report once, then two of them go on: after 64 of the others have ended, and not before."""
    rows = [(f"t{n}", float(n), 0.001 * n) for n in range(100)]  # t98 and t99 have a second result
    rows += [("t98", 100.0, 0.5), ("t99", 101.0, 0.9)]
    frame = pd.DataFrame(rows, columns=["trial_id", "clock", "acc"]).assign(key="a")
    frame["seq"] = range(len(frame))
    experiments = pd.DataFrame(
        {"key": ["a"], "status": "ok", "metric": "acc", "mode": "max", "epochs_before": 0}
    )
    ends = {f"t{n}": ("completed", float(n)) for n in range(98)}
    ends |= {"t98": ("completed", 100.0), "t99": ("completed", 101.0)}

    def at(wanted: int, **changed: tuple[str, float]) -> float:
        own = ends | changed
        trials = pd.DataFrame(
            {
                "key": "a",
                "trial_id": list(own),
                "decision": [decision for decision, _ in own.values()],
                "epochs": [int((frame["trial_id"] == name).sum()) for name in own],
                "started": [None if decision == "waiting" else 0.0 for decision, _ in own.values()],
                "ended": [end for _, end in own.values()],
            }
        )
        return float(Run(experiments, trials, frame).curves("trials").at([wanted])[0, 0])

    assert at(64) == pytest.approx(0.063)  # what was known when the 64th ended
    assert at(98) == pytest.approx(0.097)
    assert (at(99), at(100)) == (0.5, 0.9)
    assert at(64, t0=("failed", 63.5)) == pytest.approx(0.063)  # it failed late, but before the others
    assert at(64, t0=("failed", 99.5)) == pytest.approx(0.064)  # too late to count
    assert at(64, t200=("failed", 10.5)) == pytest.approx(0.062)  # without a result
    assert at(64, t200=("waiting", np.nan)) == pytest.approx(0.063)


@pytest.mark.parametrize("axis", AXES)
def test_a_part_of_a_run_has_the_curves_of_the_whole(tmp_path: Path, axis: Axis) -> None:
    whole = load(make_run(tmp_path / "run", searchers=3, schedulers=3, repetitions=2))
    part = whole.only(whole.experiments[whole.experiments["scheduler"] == "asha"])
    assert set(part.results["key"]) <= set(part.experiments["key"]) < set(whole.experiments["key"])
    assert set(part.trials["key"]) <= set(part.experiments["key"])
    fine = whole.experiments[whole.experiments["status"] == "ok"]
    assert list(whole.curves(axis).keys) == list(fine["key"])
    for key in part.curves(axis).keys:
        mine, all_of_it = part.curves(axis).curve(key), whole.curves(axis).curve(key)
        assert np.array_equal(mine.x, all_of_it.x) and np.array_equal(mine.y, all_of_it.y)
    values = dict(zip(whole.curves(axis).keys, whole.curves(axis).at([1e9])[:, 0], strict=True))
    assert values == pytest.approx(dict(zip(fine["key"], fine["best"], strict=True)))


def test_runs_of_different_experiments_are_pooled(tmp_path: Path) -> None:
    first = make_run(tmp_path / "first", searchers=2, schedulers=2, repetitions=2)
    second = make_run(tmp_path / "second", searchers=2, schedulers=2, repetitions=2, trainable="digits-mlp")
    both = load(first, second)
    assert len(both.experiments) == len(load(first).experiments) + len(load(second).experiments)
    assert set(both.experiments["run"]) == {"first", "second"}
    assert set(both.experiments["searcher"]) == set(load(first).experiments["searcher"])
    assert len(both.results) == len(load(first).results) + len(load(second).results)


def test_runs_of_the_same_experiments_stand_side_by_side(tmp_path: Path) -> None:
    old = make_run(tmp_path / "a" / "run", searchers=2, schedulers=2, repetitions=2)
    new = make_run(tmp_path / "b" / "run", searchers=2, schedulers=2, repetitions=2)
    both = load(old, new)
    assert both.experiments["key"].is_unique
    assert set(both.experiments["searcher"]) == {
        f"{name} @ {run}" for name in ("random", "grid") for run in ("a/run", "b/run")
    }
    mine = both.experiments["run"] == "b/run"
    part = both.only(both.experiments[mine])
    assert set(part.results["key"]) <= set(both.experiments.loc[mine, "key"])
    assert len(part.results) == len(load(new).results)
    assert len(both.curves("epochs").keys) == 2 * len(load(old).curves("epochs").keys)


def test_a_run_given_twice_is_a_mistake(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", searchers=1, schedulers=1, repetitions=1)
    with pytest.raises(ResultsError, match="given twice"):
        load(folder, tmp_path / "." / "run")


def test_a_run_that_goes_on_is_read_as_it_was_when_it_was_loaded(tmp_path: Path) -> None:
    run = load(make_run(tmp_path / "run", 1, 1, 1))
    known = set(run.experiments["key"])
    row = run.experiments.iloc[0].drop("run").to_dict() | {"key": "later"}
    row = {name: value for name, value in row.items() if not np.any(pd.isna(value))}
    Store(tmp_path / "run").write([row], [], [{"key": "later", "trial_id": "t0000", "seq": 0, "epoch": 1}])
    assert set(run.results["key"]) == set(run.trials["key"]) == known
