"""The recommendation: budgets by hand, the best and its rivals in theory and simulation, and the command."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.misuse import check_misuse
from helpers.synthetic import make_run
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from results import ResultsError, Run, load
from results.compare.budgets import Budget, at_budget, parse
from results.compare.grouping import candidates
from results.compare.ranking import caution, ranking
from results.numerals import significant
from results.recommend import as_text, main
from results.statistics.best import versus_best
from results.statistics.random_search import ranks
from results.statistics.worth import worths
from results.store.schema import EXPERIMENTS

DEFAULTS: dict[str, Any] = {
    **{"trainable": "a", "searcher": "random", "scheduler": "fifo", "device": "cpu", "engine": "tune"},
    **{"trials": 4, "epochs": 2, "workers": 8, "repetition": 0, "data": "subset", "train_size": 0},
    **{"gpus_per_trial": 0.0, "same_start": 0, "status": "ok", "metric": "accuracy", "mode": "max"},
    **{"baseline": 0.0, "optimum": 1.0, "trials_asked": 4, "epochs_before": 0, "wall_s": 10.0},
}


def make(*experiments: dict[str, Any]) -> Run:
    """Return a run; "values" of each are the metrics of its results, two a trial and one a second."""
    rows, results = [], []
    for number, given_ in enumerate(experiments):
        row = {"key": f"k{number}", **DEFAULTS, **given_}
        for seq, value in enumerate(row.pop("values", [0.5])):
            clock, trial = float(seq + 1), f"t{seq // 2}"
            results.append(
                {"key": row["key"], "trial_id": trial, "seq": seq, "clock": clock, "accuracy": value}
            )
        rows.append(row)
    frame = pd.DataFrame(rows).reindex(columns=list(EXPERIMENTS))
    return Run(frame, pd.DataFrame(), pd.DataFrame(results))


def grid(score: Any, names: Sequence[str] = "xyz", repetitions: int = 4, **same: Any) -> list[dict[str, Any]]:
    """Return experiments of searchers ``names`` whose one result is ``score(searcher, repetition)``."""
    return [
        {"searcher": name, "repetition": repetition, "values": [score(name, repetition)], **same}
        for name, repetition in itertools.product(names, range(repetitions))
    ]


# Budgets


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("90s", ("clock", 90, "90 s")),
        ("1.5m", ("clock", 90, "1.5 min")),
        ("2h", ("clock", 7200, "2 h")),
        ("500e", ("epochs", 500, "500 epochs")),
        ("64t", ("trials", 64, "64 trials")),
    ],
)
def test_budgets_are_times_epochs_or_trials(text: str, budget: tuple[Any, ...]) -> None:
    assert parse(text) == budget


@pytest.mark.parametrize("text", ["", "2", "h", "0s", "-1h", "2 days", "1e3s", "2.5t", "nan s", "infs"])
def test_anything_else_is_no_budget(text: str) -> None:
    with pytest.raises(ValueError, match="is not a budget"):
        parse(text)


@pytest.mark.parametrize(
    ("budget", "value", "ended"),
    [
        ("0.5s", math.nan, False),
        ("1s", 0.2, False),
        ("2.9s", 0.2, False),
        ("4s", 0.6, False),
        ("10s", 0.7, False),
        ("11s", 0.7, True),
        ("2e", math.nan, False),  # three epochs were spent before
        ("4e", 0.2, False),
        ("9e", 0.7, False),
        ("10e", 0.7, True),
        ("1t", 0.2, False),
        ("2t", 0.6, False),
        ("3t", 0.7, False),
        ("4t", 0.7, True),
    ],
)
def test_what_was_found_when_the_budget_was_spent(budget: str, value: float, ended: bool) -> None:
    curve = [0.2, 0.1, 0.6, math.nan, 0.7, 0.3]  # of three trials
    run = make({"values": curve, "epochs_before": 3, "baseline": 0.1, "optimum": 0.9}, {"status": "failed"})
    [row] = at_budget(run, parse(budget)).to_dict("records")
    assert row["value"] == pytest.approx(value, nan_ok=True)
    assert row["score"] == pytest.approx(100 * (value - 0.1) / 0.8, nan_ok=True)
    assert row["ended"] is ended


def test_at_budget_agrees_with_the_curves_of_a_stored_run(stored: Path) -> None:
    run = load(stored)
    for budget in (Budget("clock", 3.0, ""), Budget("epochs", 11.0, ""), Budget("trials", 2.0, "")):
        for _, row in at_budget(run, budget).iterrows():
            own = run.results[run.results["key"] == row["key"]].sort_values("seq")
            trials = run.trials[run.trials["key"] == row["key"]].set_index("trial_id")
            failed = trials.loc[trials["decision"] == "failed", "ended"]
            last = own.drop_duplicates("trial_id", keep="last").set_index("trial_id")["seq"]
            last = last.drop(failed.index.intersection(last.index))
            spent = {
                "clock": own["clock"],
                "epochs": own["seq"] + 1 + row["epochs_before"],
                # Those that had ended before, and the one that may end with it.
                "trials": pd.Series(
                    [
                        1 + (last < seq).sum() + (failed < clock).sum()
                        for seq, clock in zip(own["seq"], own["clock"], strict=True)
                    ],
                    own.index,
                ),
            }
            expected = own.loc[spent[budget.axis] <= budget.amount, "val_accuracy"].max()
            assert row["value"] == pytest.approx(expected, nan_ok=True)


# The best


def test_two_combinations_are_compared_by_the_paired_t_test() -> None:
    values = np.random.default_rng(1).normal(size=(7, 2)) + np.array([0.0, 0.5])
    found = versus_best(values, ["a"] * 7)
    best = int(values.mean(axis=0).argmax())
    expected = stats.ttest_rel(values[:, 1 - best], values[:, best])
    limits = expected.confidence_interval(0.90)  # two tails of 5 %
    assert [found.low[1 - best], found.high[1 - best]] == pytest.approx([limits.low, limits.high])
    one_sided = stats.ttest_rel(values[:, 1 - best], values[:, best], alternative="less").pvalue
    assert found.possible[1 - best] == (one_sided >= 0.05)
    assert (found.difference[best], found.low[best], found.high[best], found.possible[best]) == (
        0,
        0,
        0,
        True,
    )


def test_over_two_tasks_it_is_welchs_test() -> None:
    generator = np.random.default_rng(2)
    a, b = generator.normal(size=5), 3 * generator.normal(size=8)
    apart = np.concatenate([a, b])
    values = np.column_stack([np.zeros(13), apart])
    found = versus_best(values, [*"aaaaabbbbbbbb"])
    welch = stats.ttest_ind(a, -b, equal_var=False)  # the mean of both tasks is (mean a - mean -b) / 2
    limits = welch.confidence_interval(0.90)
    own = sorted([limits.low / 2, limits.high / 2])
    sign = 1 if found.difference[1] else -1  # of combination 1 - combination 0, or the other way round
    which = 1 if sign == 1 else 0
    assert sorted(sign * np.array([found.low[which], found.high[which]])) == pytest.approx(own)


@pytest.mark.parametrize(("lead", "tasks"), [(0.0, 1), (0.6, 1), (0.0, 3)])
def test_the_true_best_is_among_the_possible_ones(lead: float, tasks: int) -> None:
    generator = np.random.default_rng(3)
    names = np.repeat(np.arange(tasks), 5)
    kept = []
    for _ in range(1500):
        values = generator.normal(size=(len(names), 6)) * [1, 1, 2, 2, 3, 3] + generator.normal(
            size=(len(names), 1)
        )
        values[:, 0] += lead
        kept.append(versus_best(values, names).possible[0])
    assert np.mean(kept) >= 0.95 - 0.017  # 3 standard errors


def test_what_is_clearly_worse_is_left_out() -> None:
    generator = np.random.default_rng(4)
    values = 20 * generator.normal(size=(10, 1)) + 0.5 * generator.normal(size=(10, 8))
    values[:, 4:] -= 5
    found = versus_best(values, ["a"] * 10)
    assert not found.possible[4:].any()
    assert found.possible[:4].sum() >= 3
    assert (found.high[4:] < 0).all()


tables = arrays(np.float64, (6, 4), elements=st.floats(-10, 10).map(lambda x: round(x, 2)))


@settings(max_examples=40, deadline=None)
@given(
    tables,
    st.permutations(range(4)),
    st.floats(0.5, 9),
    arrays(np.float64, (6, 1), elements=st.floats(-50, 50)),
)
def test_order_unit_and_blocks_do_not_matter(
    values: np.ndarray, order: list[int], scale: float, blocks: np.ndarray
) -> None:
    tasks = [*"aaabbb"]
    if len(np.unique(np.round(values.mean(axis=0), 9))) < 4:
        return  # with a tie, either may be the reference
    one, other = versus_best(values, tasks), versus_best(scale * values[:, order] + blocks, tasks)
    assert other.difference == pytest.approx(scale * one.difference[order], abs=1e-7)
    assert other.low == pytest.approx(scale * one.low[order], abs=1e-4)
    chance = [worths(array, tasks).probability for array in (values, scale * values[:, order] + blocks)]
    assert chance[0].sum() == pytest.approx(1)
    assert chance[1] == pytest.approx(chance[0][order], abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(2, 12)), elements=st.floats(0, 1, width=32)),
    st.integers(0, 11),
    st.floats(0.001, 10),
)
def test_the_first_is_no_less_probable_to_be_the_best_than_one_drawn_by_lot(
    values: np.ndarray, noisy: int, times: float
) -> None:
    values[:, noisy % values.shape[1]] *= times
    names = [f"s{column}" for column in range(values.shape[1])]
    made = grid(lambda name, r: float(values[r, names.index(name)]), names, len(values))
    [choice] = candidates(make(*made), 8, parse("1s"))
    rows = choice.ranking
    assert rows["probability"].sum() == pytest.approx(1)
    assert rows["probability"].iloc[0] >= min(1 / len(names), rows["probability"].max()) * (1 - 1e-9)
    assert not re.search(r"(?m)^\*? +\S+ +<?0\.[01]%", as_text(choice, 1))


# What there is to choose between


def test_engines_and_devices_are_kept_apart_and_tasks_pooled() -> None:
    score = {"x": 0.5, "y": 0.6, "z": 0.1}.__getitem__
    run = make(
        *grid(lambda name, _: score(name), trainable="a"),
        *grid(lambda name, _: score(name), trainable="b", baseline=0.1),
        *grid(lambda name, _: 1 - score(name), engine="virtual"),
        *grid(lambda name, _: 1.0, workers=2),
    )
    tune, virtual = candidates(run, 8, parse("1s"))
    assert (tune.settings["engine"], tune.complete.tasks, tune.complete.counts) == (
        "tune",
        [*"aaaabbbb"],
        [4, 4],
    )
    rows = ranking(tune)
    assert rows["searcher"].tolist() == [*"yxz"]
    assert rows["mean"].tolist() == pytest.approx([(60 + 500 / 9) / 2, (50 + 400 / 9) / 2, (10 + 0) / 2])
    assert rows["possible"].tolist() == [True, False, False]  # the differences have no variance
    assert (virtual.settings["engine"], virtual.complete.counts) == ("virtual", [4])
    assert ranking(virtual)["searcher"].tolist() == [*"zxy"]


#: A task's random configurations: as good as 0.9 are 1 in 10, and so on; by full training of 2 epochs.
RANDOM = {"random_values": 1 - (ranks(101) - 1) / 100, "random_size": 101, "random_seconds": 2.0}


def test_several_tasks_are_ranked_by_the_speed_up_and_each_by_its_score() -> None:
    score = {"x": 0.5, "y": 0.75, "z": 0.1}.__getitem__
    both = [grid(lambda name, _: score(name), trainable=task, **RANDOM) for task in "ab"]
    [choice] = candidates(make(*both[0], *both[1]), 8, parse("1s"))
    assert (choice.metric, choice.complete.task_names, choice.sign) == ("log2 speed-up", ["a", "b"], 1)
    rows, speed_ups = choice.ranking, choice.headline.set_index("searcher")["speed_up"]
    assert rows["searcher"].tolist() == [*"yxz"]
    assert np.exp2(rows["mean"]).tolist() == pytest.approx([speed_ups[name] for name in "yxz"])
    said = as_text(choice, 3)
    assert "speed-up over random search (geometric mean over 2 tasks: a, b)" in " ".join(said.split())
    assert f" x{significant(speed_ups['y'], 2)} " in said
    assert "score" not in said
    alone = choice.tasks_alone["a"]
    assert (alone.metric, alone.scored, alone.doubled) == ("score", True, False)
    assert alone.ranking["mean"].tolist() == pytest.approx([75, 50, 10])


def test_older_runs_without_random_configurations_are_ranked_by_clipped_scores_and_say_so() -> None:
    score = {"x": 0.5, "y": 0.75, "z": -99}.__getitem__
    old = [grid(lambda name, _: score(name), trainable=task) for task in "ab"]
    [choice] = candidates(make(*old[0], *old[1]), 8, parse("1s"))
    assert choice.scored
    assert choice.ranking["mean"].tolist() == pytest.approx([75, 50, -100])
    [note] = [note for note in choice.notes if "random configurations" in note]
    assert "kept within -100 and 120" in note
    assert not any("random configurations" in one for one in choice.tasks_alone["a"].notes)
    new = [grid(lambda name, _: score(name), trainable=task, **RANDOM) for task in "cd"]
    every = candidates(make(*old[0], *old[1], *new[0], *new[1]), 8, parse("1s"))
    assert [(one.complete.task_names, one.doubled) for one in every] == [
        (["c", "d"], True),
        (["a", "b"], False),
    ]


def test_a_choice_speaks_of_its_own_tasks_alone() -> None:
    every = [grid(lambda name, _: ord(name), trainable=t, baseline=None, optimum=None) for t in "abc"]
    notes = [choice.notes for choice in candidates(make(*every[0], *every[1], *every[2]), *(8, parse("1s")))]
    said = [[note.split()[1] for note in own if "ranked alone" in note] for own in notes]
    assert said == [["a"], ["b"], ["c"]]


def test_a_task_without_constants_is_ranked_alone_by_its_metric() -> None:
    loss = {"x": 3.0, "y": 1.0, "z": 2.0}.__getitem__
    noise = np.random.default_rng(5).normal(0, 0.01, 4)
    scored, alone = candidates(
        make(
            *grid(lambda name, _: 0.5),
            *grid(
                lambda n, r: loss(n) + r * noise[r], trainable="b", mode="min", baseline=None, optimum=None
            ),
        ),
        *(8, parse("1s")),
    )
    assert (scored.metric, scored.tasks[0], alone.metric, alone.sign) == ("score", "a", "accuracy", -1)
    assert "b has no known baseline and optimum" in " ".join(alone.notes)
    assert "lower is better" in alone.measure
    rows = ranking(alone)
    assert rows["searcher"].tolist() == [*"yzx"]
    # All four repetitions agree exactly: the rule of succession, as nothing shows the noise.
    assert rows["probability"].tolist() == pytest.approx([5 / 6, 1 / 12, 1 / 12])
    assert rows["difference"].tolist() == pytest.approx([0, 1, 2], abs=0.1)
    assert (rows["low"] <= rows["difference"]).all()
    assert (rows["difference"] <= rows["high"]).all()


def test_a_gap_costs_the_repetition_and_not_the_combination() -> None:
    rows = grid(lambda name, r: 0.5 + r / 10, "wxyz")
    rows[5]["status"] = "failed"  # x
    rows += grid(lambda name, _: 0.9, "w", 5)[4:]  # only w has the fifth repetition
    [choice] = candidates(make(*rows), 8, parse("9s"))
    assert choice.complete.table.columns.get_level_values("searcher").tolist() == [*"wxyz"]
    assert choice.complete.counts == [3]
    said = " ".join(choice.notes)
    assert "2 of 5 repetitions are left out" in said
    assert "missing: x x fifo (2), y x fifo (1), z x fifo (1)" in said
    assert "beyond" not in said
    [choice] = candidates(make(*rows), 8, parse("11s"))
    assert "beyond what was run: all experiments ended before; their last incumbents count" in choice.notes[0]


def test_the_largest_setting_of_a_task_counts() -> None:
    small, large = grid(lambda *_: 0.1), grid(lambda *_: 0.4, trials=64, trials_asked=64)
    [choice] = candidates(make(*small, *large), 8, parse("1s"))
    assert np.unique(choice.complete.table) == pytest.approx([40])
    assert "a: only its largest setting counts, 64 trials of at most 2 epochs; 1 other is" in choice.notes[0]


def test_a_searcher_with_a_larger_budget_says_so() -> None:
    rows = grid(lambda *_: 0.1, "xy")
    for row in rows[:4]:
        row["trials_asked"] = 8
    [choice] = candidates(make(*rows), 8, parse("1s"))
    assert choice.complete.table.columns.get_level_values("searcher").tolist() == ["x (2x budget)", "y"]


def test_what_cannot_be_answered_says_why() -> None:
    rows = grid(lambda *_: 0.1, "xy")
    with pytest.raises(ResultsError, match="no experiment has 3 workers; the run has 8, 16"):
        candidates(make(*rows, *grid(lambda *_: 0.1, workers=16)), 3, parse("1s"))
    with pytest.raises(ResultsError, match=r"after 0.5 s, no combination has a result"):
        candidates(make(*rows), 8, parse("0.5s"))
    with pytest.raises(ResultsError, match="none of 8 experiments is ok"):
        candidates(make(*(row | {"status": "timeout"} for row in rows)), 8, parse("1s"))
    with pytest.raises(ResultsError, match=r"x x fifo has 2 experiments .* differ in stragglers"):
        candidates(make(*rows, rows[0] | {"stragglers": 0.5}), 8, parse("1s"))


@pytest.mark.parametrize(
    ("repetitions", "searchers", "said"),
    [
        (
            5,
            "xy",
            "of 2 combinations can find a difference at the 5 % level from 6 on",
        ),
        (6, "xy", ""),
        (6, "uvwxyz", "level from 7 on, of two from 6 on"),
        (7, "uvwxyz", ""),
        (1, "xy", "No best combination is named, as a task has one repetition only.  Run it with 10 "),
        (1, "x", ""),
    ],
)
def test_too_few_repetitions_are_said(repetitions: int, searchers: str, said: str) -> None:
    generator = np.random.default_rng(6)
    [choice] = candidates(make(*grid(lambda *_: generator.random(), searchers, repetitions)), 8, parse("1s"))
    assert (said in caution(choice)) if said else caution(choice) == ""


# The command


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_run(tmp_path_factory.mktemp("run"), 3, 3, 5, trials=3)
    make_run(folder, 3, 2, 5, trials=3, engine="virtual", workers=8, clean=True)
    return folder


def test_the_answer_for_people(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(stored), "--workers", "2", "--budget", "2h", "--top", "4"]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    lines = said.splitlines()
    assert lines[0].startswith("engine tune (wall clock) on cpu, 2 workers, after 2 h: score")
    assert max(map(len, lines)) <= 110
    header = next(number for number, line in enumerate(lines) if "P(best)" in line)
    assert lines.index("  5 more are not shown") == header + 5
    assert all(" x " in line for line in lines[header + 1 : header + 5])
    assert "may be the best" in said
    assert "the budget lies beyond what was run" in said
    beside = next(number for number, line in enumerate(lines) if line.endswith("beside random search"))
    assert all(
        re.fullmatch(r"  [\d.>= ]+\[.+\] +[\d.]+.* of 5 .* x .*", line)
        for line in lines[beside + 1 : beside + 5]
    )
    assert "validated       test  beside random search" in lines[beside]
    assert "CAUTION: 5 repetitions" in said
    assert "virtual" not in said


def test_a_run_says_itself_what_is_not_asked(
    tmp_path: Path, stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path, 2, 2, 5, trials=3)
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "2 workers, after all that was run" in " ".join(said.split())
    assert main([str(tmp_path), "--workers", "2", "--budget", "1000000e"]) == 0
    every = re.compile(r"^[* ] .* x .*$", re.MULTILINE)
    assert every.findall(capsys.readouterr().out) == every.findall(said)
    assert main([str(stored)]) == 2
    assert "the run has 2, 8 workers; say by --workers for which" in capsys.readouterr().err


def test_json_and_csv_hold_the_same_combinations(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(stored), "--workers", "8", "--budget", "9e", "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)  # NaN is no JSON
    assert (found["engine"], found["tasks"], found["metric"]) == ("virtual", ["mnist-convnet"], "score")
    assert (found["budget"], found["repetitions"]) == ("9 epochs", [5, 5])
    rows = found["combinations"]
    assert len(rows) == 6
    assert sum(row["probability"] for row in rows) == pytest.approx(1)
    sure = [min(row["mean"], row["expected"]) for row in rows]
    assert sure == sorted(sure, reverse=True)
    assert rows[0]["probability"] == max(row["probability"] for row in rows)
    for row in rows:
        [found_on] = row["configurations"]
        assert (found_on["task"], set(found_on["config"])) == ("mnist-convnet", {"lr", "momentum"})
        assert row["epochs"] > 0 < row["clock"]
        assert row["suggesting"] > 0
        assert (
            row["headline"]["speed_up_low"] < row["headline"]["speed_up"] < row["headline"]["speed_up_high"]
        )
        assert row["headline"]["runs"] == 5
    assert main([str(stored), "--workers", "8", "--budget", "9e", "--csv"]) == 0
    frame = pd.read_csv(StringIO(capsys.readouterr().out))
    for name in ("mean", "probability", "low", "high"):
        assert frame[name].tolist() == pytest.approx([row[name] for row in rows])
    assert frame["speed_up"].tolist() == pytest.approx([row["headline"]["speed_up"] for row in rows])


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_one_repetition_claims_nothing(
    tmp_path: Path, form: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path, 2, 2, 1, trials=2, clean=True)
    assert main([str(tmp_path), "--workers", "2", "--budget", "64t", *form]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    if form == ["--json"]:
        [found] = json.loads(out, parse_constant=pytest.fail)
        assert {row["probability"] for row in found["combinations"]} == {None}
        assert all(row["possible"] for row in found["combinations"])
    elif not form:
        lines = " ".join(line.strip() for line in out.splitlines())
        assert "No best combination is named" in lines
        assert (
            f"tunegrid run --spec {tmp_path / 'run.toml'} --repetitions 10 --name {tmp_path.name}-10" in lines
        )
        assert re.search(r"which takes about [\d.]+ (seconds|minutes) if it goes as fast", lines)
        for word in ("P(best)", "*", "the best configuration", "difference", "may be the best"):
            assert word not in out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--workers", "2", "--budget", "2 days"],
        ["--workers", "two", "--budget", "2h"],
        ["--workers", "2", "--budget", "2h", "--top", "0"],
        ["--workers", "2", "--budget", "2h", "--json", "--csv"],
    ],
)
def test_misuse_is_one_line_and_exit_code_2(
    stored: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    check_misuse(main, [str(stored), *wrong], capsys)


@pytest.mark.parametrize(("folder", "workers"), [("nowhere", "2"), (".", "5")])
def test_runs_without_an_answer_are_exit_code_2(
    stored: Path, folder: str, workers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(stored / folder), "--workers", workers, "--budget", "1h"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err.startswith("python -m results.recommend: ")) == ("", 1, True)
    if folder == ".":
        assert "the run has 2, 8" in err
