"""The variance that pairing removes: by hand, in simulations with a known answer, and as a command."""

from __future__ import annotations

import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.misuse import check_misuse
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from results import load
from results.compare.grouping import comparisons
from results.pairing import GROUPS, main, pairs, score_table, summary
from results.statistics.paired import fisher, medians, pairing

UPPER = np.array([[False, True], [False, False]])


def of_two(one: list[float], other: list[float]) -> tuple[float, float, float, float]:
    found = pairing(np.column_stack([one, other]).astype(float))
    return tuple(float(array[0, 1]) for array in found)  # type: ignore[return-value]


def simulated(correlation: float, n: int, generator: np.random.Generator, scale: float = 1.0) -> np.ndarray:
    covariance = [[1.0, correlation * scale], [correlation * scale, scale**2]]
    return generator.multivariate_normal([0.0, 3.0], covariance, n)


# By hand


def test_values_computed_by_hand() -> None:
    # Var A = 1, Var B = 4 (of 1, 5, 3), Cov = 1; A - B is 0, -3, 0, whose variance is 3.
    n, correlation, removed, worth = of_two([1, 2, 3], [1, 5, 3])
    assert n == 3
    assert correlation == pytest.approx(0.5)
    assert removed == pytest.approx(1 - 3 / 5)
    assert worth == pytest.approx(5 / 3)


def test_pairing_can_hurt_and_says_so_by_its_sign() -> None:
    _, correlation, removed, worth = of_two([1, 2, 3], [3, 2, 1])
    assert (correlation, removed, worth) == pytest.approx((-1, -1, 0.5))


def test_scores_that_differ_by_a_constant_need_no_repetition() -> None:
    _, correlation, removed, worth = of_two([0.1, 0.3, 0.2], [0.7, 0.9, 0.8])
    assert (correlation, removed) == pytest.approx((1, 1))
    assert worth == math.inf


def test_other_scale_leaves_a_correlation_but_removes_less() -> None:
    _, correlation, removed, _ = of_two([1, 2, 3, 4], [10, 20, 30, 40])
    assert correlation == pytest.approx(1)
    assert removed == pytest.approx(2 * 10 / 101)


@pytest.mark.parametrize("level", [0.0, 0.957, 1e9])
def test_constant_scores(level: float) -> None:
    n, correlation, removed, worth = of_two([level] * 4, [0.1, 0.4, 0.2, 0.3])
    assert n == 4
    assert math.isnan(correlation)
    assert (removed, worth) == (0, 1)
    _, correlation, removed, worth = of_two([level] * 4, [0.5] * 4)
    assert all(map(math.isnan, (correlation, removed, worth)))


def test_only_common_repetitions_count_and_three_of_them_are_needed() -> None:
    nan = math.nan
    one, other = [1.0, 2.0, 3.0, 9.0, nan], [1.0, 5.0, 3.0, nan, -4.0]
    assert of_two(one, other) == pytest.approx(of_two([1, 2, 3], [1, 5, 3]))
    n, *rest = of_two([1, 2, nan], [1, 2, 3])
    assert n == 2
    assert all(map(math.isnan, rest))


@given(st.floats(0.01, 5))
def test_scores_that_are_constant_only_in_common_repetitions(value: float) -> None:
    # They lie away from the middle of all, so that their variance is 0 only but for rounding.
    one, other = [value] * 3 + [7.1, 8.3, 9.7, 11.1], [1.0, 2.0, 3.0] + [math.nan] * 4
    assert math.isnan(of_two(one, other)[1])
    assert of_two(one, other)[2:] == (0, 1)


tables = arrays(np.float64, (6, 3), elements=st.floats(-10, 10).map(lambda x: round(x, 2)))


@given(tables, st.floats(0.1, 10), st.floats(-5, 5))
def test_it_agrees_with_numpy_and_knows_neither_order_nor_unit(
    scores: np.ndarray, scale: float, shift: float
) -> None:
    found, moved = pairing(scores), pairing(scale * scores[::-1] + shift)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        a, b = scores[:, i], scores[:, j]
        both = np.var(a) + np.var(b)
        if both > 1e-6:
            assert found.removed[i, j] == pytest.approx(1 - np.var(a - b) / both, abs=1e-6)
            assert moved.removed[i, j] == pytest.approx(found.removed[i, j], abs=1e-6)
        assert found.removed[i, j] == pytest.approx(found.removed[j, i], nan_ok=True)


@given(tables, st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_weights_are_repeated_repetitions(scores: np.ndarray, drawn: list[int]) -> None:
    weighted = pairing(scores, np.bincount(drawn, minlength=6)).removed
    assert weighted == pytest.approx(pairing(scores[drawn]).removed, abs=1e-6, nan_ok=True)


# With a known answer


@pytest.mark.parametrize(("correlation", "scale"), [(0.8, 1.0), (0.0, 1.0), (-0.5, 1.0), (0.9, 3.0)])
def test_many_repetitions_give_the_truth(correlation: float, scale: float) -> None:
    truth = 2 * correlation * scale / (1 + scale**2)
    found = pairing(simulated(correlation, 20_000, np.random.default_rng(1), scale))
    assert found.removed[0, 1] == pytest.approx(truth, abs=0.02)
    assert found.worth[0, 1] == pytest.approx(1 / (1 - truth), rel=0.05)
    assert found.correlation[0, 1] == pytest.approx(correlation, abs=0.02)


@pytest.mark.parametrize(("correlation", "n"), [(0.7, 8), (0.0, 5), (-0.4, 30)])
def test_fishers_interval_covers_the_correlation_as_often_as_it_says(correlation: float, n: int) -> None:
    generator = np.random.default_rng(2)
    found = np.array([pairing(simulated(correlation, n, generator)).correlation[0, 1] for _ in range(1000)])
    low, high = fisher(found, np.full(1000, n))
    assert np.mean((low <= correlation) & (correlation <= high)) == pytest.approx(0.95, abs=0.025)


def test_fishers_interval_at_its_limits() -> None:
    low, high = fisher(np.array([0.5, 1.0, -1.0, np.nan]), np.array([3, 10, 10, 10]))
    assert (low[0], high[0]) == (-1, 1)
    assert np.isnan([low[1:], high[1:]]).all()


def test_bootstrap_interval_covers_the_share_removed_nearly_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    limits = [medians(simulated(0.6, 25, generator), [UPPER])[0] for _ in range(120)]
    covered = np.mean([low <= 0.6 <= high for _, low, high in limits])
    assert 0.86 <= covered <= 0.99  # a percentile interval is somewhat too narrow
    assert all(low < middle < high for middle, low, high in limits)


def test_bootstrap_repeats_and_leaves_groups_without_a_pair_open() -> None:
    scores = simulated(0.6, 12, np.random.default_rng(4))
    first = medians(scores, [UPPER, np.zeros((2, 2), dtype=bool)])
    assert np.array_equal(first, medians(scores, [UPPER, np.zeros((2, 2), dtype=bool)]), equal_nan=True)
    assert np.isfinite(first[0]).all()
    assert np.isnan(first[1]).all()


def test_groups_are_told_apart() -> None:
    # Seeds move all combinations of a searcher together and nothing else.
    generator = np.random.default_rng(5)
    names = [(searcher, scheduler) for searcher in ("grid", "random") for scheduler in ("asha", "fifo")]
    common = generator.normal(size=(200, 2))[:, [0, 0, 1, 1]]
    columns = pd.MultiIndex.from_tuples(names, names=["searcher", "scheduler"])
    table = pd.DataFrame(common + 0.5 * generator.normal(size=(200, 4)), columns=columns)
    rows = pairs(table)
    assert rows["group"].value_counts().to_dict() == dict(zip(GROUPS[1:], (2, 2, 2), strict=True))
    assert set(rows["group"][:2]) == {"same searcher"}
    assert (rows["removed"].diff().dropna() <= 0).all()
    found = summary(table, rows)
    assert found["pairs"].tolist() == [6, 2, 2, 2]
    assert found.loc["same searcher", "median"] == pytest.approx(0.8, abs=0.08)
    assert found.loc["same scheduler", "median"] == pytest.approx(0, abs=0.2)
    limits = found[["low", "high"]].to_numpy(dtype=float)
    assert limits[2, 0] > 0.5 > limits[3, 1]


# As a command


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), 3, 3, 5, trials=3)


def test_read_out_of_a_stored_run(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(stored), "--top", "2"]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    lines = said.splitlines()
    assert lines[0].startswith("mnist-convnet on cpu, data subset")
    assert "n = 5 repetitions" in said
    assert max(map(len, lines)) <= 130
    for group, count in zip(GROUPS, (36, 9, 9, 18), strict=True):
        [line] = [line for line in lines if line.startswith(f"  {group} ")]
        assert line.removeprefix(f"  {group}").split()[0] == str(count)
    assert "CAUTION: 5 repetitions" in said
    assert [line.strip() for line in lines].index("least:") - lines.index("  most:") == 3
    assert len(lines) - [line.strip() for line in lines].index("least:") == 3


def test_json_and_csv_hold_the_same_pairs(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(stored), "--json"]) == 0
    [setting] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)  # NaN is no JSON
    assert (setting["setting"], setting["repetitions"]) == ("mnist-convnet-cpu", 5)
    assert [row["group"] for row in setting["summary"]] == list(GROUPS)
    assert main([str(stored), "--csv"]) == 0
    frame = pd.read_csv(StringIO(capsys.readouterr().out))
    assert len(frame) == len(setting["pairs"]) == 36
    assert frame["removed"].tolist() == pytest.approx([row["removed"] for row in setting["pairs"]])
    assert set(frame["setting"]) == {"mnist-convnet-cpu"}


def test_scores_are_those_of_ok_experiments_and_higher_is_better(stored: Path) -> None:
    run = load(stored)
    worse = run.experiments.assign(
        mode="min", status=run.experiments["status"].where(run.experiments["repetition"] != 4, "failed")
    )
    [comparison] = comparisons(run.only(worse), scored=False)
    table = score_table(comparison)
    assert list(table.index) == [0, 1, 2, 3]
    row = worse[(worse["searcher"] == "grid") & (worse["scheduler"] == "asha") & (worse["repetition"] == 2)]
    assert table.loc[2, ("grid", "asha")] == -row["best"].iloc[0]


def test_constant_scores_are_said(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = load(stored)
    one = run.experiments["searcher"].eq("grid") & run.experiments["scheduler"].eq("fifo")

    def said(best: Any) -> str:
        changed = run.only(run.experiments.assign(best=best))
        monkeypatch.setattr("results.pairing.load", lambda _: changed)
        assert main([str(stored)]) == 0
        return capsys.readouterr().out

    assert "8 pairs have a combination whose score is the same" in said(
        run.experiments["best"].mask(one, 0.9)
    )
    assert "no pair to look at: constant scores only" in said(0.9)


def test_too_few_repetitions_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(tmp_path, 2, 2, 2, trials=2, clean=True)
    assert main([str(tmp_path)]) == 0
    assert "4 combinations, no pair to look at: none has 3 repetitions in common" in capsys.readouterr().out
    assert main([str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["pairs"] == []
    assert main([str(tmp_path), "--csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_run_without_experiments(tmp_path: Path, form: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run.toml").write_text("")
    assert main([str(tmp_path), *form]) == 0
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("wrong", [["--top", "-1"], ["--top", "x"], ["--json", "--csv"], ["--pie"]])
def test_misuse_is_one_line_and_exit_code_2(
    stored: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    check_misuse(main, [str(stored), *wrong], capsys)


def test_folder_that_is_no_run_is_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err.startswith("python -m results.pairing: ")) == ("", 1, True)
