"""Planning repetitions: against statsmodels, R and simulation, and as a command."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.misuse import check_misuse
from helpers.synthetic import make_run
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from results import load, power
from results.compare.scores import score_frame
from results.numerals import significant
from results.power import main, pilots
from results.statistics.paired import pairing
from results.statistics.planning import (
    MOST,
    assurance,
    by_ranks,
    paired_power,
    plan,
    repetitions_assured,
    repetitions_needed,
    smallest_wilcoxon,
    unpaired_power,
    upper_sd,
)
from results.statistics.signed_rank import signed_rank_p
from scripts.calibration.planning import ALPHA, measure, signed_rank_rejects

CONTRAST = ["--contrast", "grid:fifo", "random:fifo"]


# The functions


def integral(shift: float, df: int, alpha: float) -> float:
    """Return the power as the mean over the estimated standard deviation of a normal test's power."""
    critical = stats.t.isf(alpha / 2, df)
    scaled = critical / math.sqrt(df)
    tails = stats.chi(df).expect(
        lambda s: stats.norm.sf(scaled * s - shift) + stats.norm.cdf(-scaled * s - shift)
    )
    return float(tails)


@pytest.mark.parametrize("effect", [0.1, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("n", [2, 5, 30])
def test_power_is_that_of_statsmodels(effect: float, n: int) -> None:
    for alpha in (0.05, 0.05 / 45):
        for test, df, shift, reference in (
            (paired_power, n - 1, effect * math.sqrt(n), TTestPower()),
            (unpaired_power, 2 * n - 2, effect * math.sqrt(n / 2), TTestIndPower()),
        ):
            found = test(n, 2 * effect, 2.0, alpha)
            assert found == pytest.approx(integral(shift, df, alpha), abs=1e-6)
            expected = reference.power(effect, n, alpha, alternative="two-sided")
            if math.isfinite(expected):  # it is NaN where scipy fails in the far tail
                assert found == pytest.approx(expected)


@pytest.mark.parametrize(("effect", "pairs", "each"), [(0.2, 199, 394), (0.5, 34, 64), (0.8, 15, 26)])
def test_repetitions_are_those_of_cohens_effects(effect: float, pairs: int, each: int) -> None:
    # Small, medium, large at power 0.8 and level 0.05: as R's power.t.test says, rounded up.
    assert repetitions_needed(0.8, effect, 1.0, 0.05) == pairs
    assert repetitions_needed(0.8, effect, 1.0, 0.05, unpaired_power) == each


def test_the_power_is_what_a_simulation_finds() -> None:
    n = repetitions_needed(0.8, 2.0, 3.0, 0.01)
    assert n is not None
    generator = np.random.default_rng(1)
    apart = generator.normal(2.0, 3.0, size=(20_000, n))
    p = stats.ttest_1samp(apart, 0.0, axis=1).pvalue
    assert np.mean(p < 0.01) == pytest.approx(paired_power(n, 2.0, 3.0, 0.01), abs=0.009)  # 3 standard errors
    assert np.mean(p < 0.01) > 0.79
    assert np.mean(stats.ttest_1samp(apart - 2, 0.0, axis=1).pvalue < 0.01) == pytest.approx(0.01, abs=0.0025)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.05, 5), st.floats(0.1, 9), st.floats(1e-4, 0.2))
def test_it_is_the_fewest_repetitions_whatever_the_unit(
    power: float, effect: float, sd: float, alpha: float
) -> None:
    n = repetitions_needed(power, effect * sd, sd, alpha)
    assert n is not None
    assert paired_power(n, effect * sd, sd, alpha) >= power
    assert n == 2 or paired_power(n - 1, effect * sd, sd, alpha) < power
    assert n == repetitions_needed(power, effect, 1.0, alpha)


def test_plans_at_the_limits() -> None:
    assert repetitions_needed(0.8, 1e-4, 1.0, 0.05) is None
    assert repetitions_needed(0.8, 1e6, 1.0, 0.05) == 2
    assert repetitions_needed(0.8, 2.0, 0.0, 0.05) == 2
    assert paired_power(70_000, 0.1, 1.0, 0.05) == 1
    assert MOST >= 10_000


@pytest.mark.parametrize(("alpha", "n"), [(0.05, 6), (0.0625, 5), (0.01, 8), (0.05 / 45, 11)])
def test_fewest_pairs_for_a_wilcoxon_test(alpha: float, n: int) -> None:
    assert smallest_wilcoxon(alpha) == n
    best, before = np.arange(1.0, n + 1), np.arange(1.0, n)
    assert (
        stats.wilcoxon(best, method="exact").pvalue <= alpha < stats.wilcoxon(before, method="exact").pvalue
    )


def test_the_upper_limit_of_a_standard_deviation_holds_as_often_as_it_says() -> None:
    generator = np.random.default_rng(2)
    sds = generator.normal(0, 3, size=(10_000, 6)).std(axis=1, ddof=1)
    assert np.mean([upper_sd(sd, 6) >= 3 for sd in sds]) == pytest.approx(0.8, abs=0.012)


def test_a_plan_computed_by_hand() -> None:
    # Differences 1, 3, 2, 4, 0: sd 1.5811; variances 25 and 35.5.
    other = np.array([0.0, 10.0, 2.0, 8.0, 5.0])
    scores = np.column_stack([other + np.array([1, 3, 2, 4, 0]), other])
    found = plan(scores, difference=2.0)
    own = scores.var(axis=0, ddof=1).sum()
    assert (found.pilot, found.mean) == (5, 2)
    assert found.sd == pytest.approx(math.sqrt(2.5))
    assert found.sd_high == pytest.approx(math.sqrt(2.5 * 4 / 1.648777))  # chi2(0.2; 4)
    assert found.worth == pytest.approx(own / 2.5) == pytest.approx(float(pairing(scores).worth[0, 1]))
    for n, effect in ((found.n_as_pilot, 2 / found.sd), (found.n_high, 2 / found.sd_high)):
        pairs = math.ceil(TTestPower().solve_power(effect, power=0.8, alpha=0.05))
        assert n == math.ceil(pairs * math.pi / 3 + (pairs <= 12))
    each = math.ceil(TTestIndPower().solve_power(2 / math.sqrt(own / 2), power=0.8, alpha=0.05))
    assert found.n_unpaired == math.ceil(each * math.pi / 3)
    assured = repetitions_assured(0.8, 2.0, found.sd, 0.05, 4)
    assert assured is not None
    assert found.n == math.ceil(assured * math.pi / 3 / (1 - 1 / 12) ** 2 + (assured <= 12))
    assert found.n_wilcoxon == 6


@pytest.mark.parametrize(
    ("effect", "alpha"), [(0.3, 0.05), (0.8, 0.05), (1.5, 0.05), (3.0, 0.05), (0.8, 0.005)]
)
def test_the_signed_rank_test_has_the_power_for_which_its_pairs_are_counted(
    effect: float, alpha: float
) -> None:
    n = by_ranks(repetitions_needed(0.8, effect, 1.0, alpha), alpha)
    assert n is not None
    apart = np.random.default_rng(3).normal(effect, 1.0, size=(600, n))
    rejected = np.mean([signed_rank_p(sample) <= alpha for sample in apart])
    assert rejected >= 0.8 - 2 * 0.0163  # two standard errors


@pytest.mark.parametrize("noise", ["lognormal losses", "8 % of runs fail"])
def test_plans_have_the_promised_power_whatever_the_noise(noise: str) -> None:
    found = measure(noise, 5, 25, np.random.default_rng(0))
    assert found.assured >= 0.8 - 0.03
    assert found.plain < found.assured - 0.05


def test_the_simulated_signed_rank_test_is_the_one_that_is_used() -> None:
    apart = np.random.default_rng(1).normal(0.5, 1.0, size=(17, 200))
    one_by_one = [signed_rank_p(sample) <= ALPHA for sample in apart.T]
    assert signed_rank_rejects(apart).tolist() == one_by_one


@pytest.mark.parametrize("pilot", [3, 5, 10])
def test_plans_have_the_promised_power_on_average_over_pilots(pilot: int) -> None:
    generator = np.random.default_rng(pilot)
    reached: dict[str, list[float]] = {"n": [], "n_as_pilot": []}
    for sd in (2.0, 4.0, 8.0):
        for _ in range(100):
            apart = generator.normal(0, sd, pilot)
            found = plan(np.column_stack([apart, np.zeros(pilot)]), 2.0)
            for name, powers in reached.items():
                powers.append(paired_power(getattr(found, name) or MOST, 2.0, sd, 0.05))
    assert np.mean(reached["n"]) >= 0.8 - 0.02  # two standard errors
    assert np.mean(reached["n_as_pilot"]) < np.mean(reached["n"])


def test_the_assurance_is_the_mean_power_over_the_posterior_of_the_standard_deviation() -> None:
    for df in (2, 9):
        sds = 3.0 * np.sqrt(df / np.random.default_rng(df).chisquare(df, 20_000))
        drawn = np.mean([paired_power(20, 2.0, float(sd), 0.05) for sd in sds[:4000]])
        assert assurance(20, 2.0, 3.0, 0.05, df) == pytest.approx(drawn, abs=0.02)


def test_a_difference_in_the_metric_is_the_same_plan_as_in_points(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(stored), *CONTRAST, "--json"]) == 0
    points = json.loads(capsys.readouterr().out)
    one = points[0]["metric_of_a_point"]
    assert one == pytest.approx(0.0018)  # 0 is 0.8, 100 is 0.98
    assert main([str(stored), *CONTRAST, "--json", "--unit", "metric", "--difference", str(2 * one)]) == 0
    for row, of_points in zip(json.loads(capsys.readouterr().out), points, strict=True):
        assert row["n"] == of_points["n"]
        assert row["sd"] == pytest.approx(one * of_points["sd"])


def test_a_difference_without_variance_needs_no_repetition() -> None:
    scores = np.array([[0.1, 0.3, 0.2], [0.7, 0.9, 0.8]]).T
    found = plan(scores, 0.5)
    # With fewer no signed-rank test can be significant.
    assert (found.sd, found.n, found.n_high, found.worth) == (0, 6, 6, math.inf)


def test_a_pilot_of_two_is_too_small() -> None:
    with pytest.raises(ValueError, match="2 common repetitions show no variance; run 3 or more"):
        plan(np.zeros((2, 2)), 1.0)


# The command


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_run(tmp_path_factory.mktemp("run"), 3, 2, 6, trials=3, clean=True)
    return make_run(folder, 2, 1, 4, trials=3, clean=True, trainable="digits-mlp")


def test_pilots_are_the_paired_scores_of_each_setting(stored: Path) -> None:
    run = load(stored)
    found = {one.settings["trainable"]: s for one, s in pilots(run, (("grid", "fifo"), ("random", "fifo")))}
    assert {name: scores.shape for name, scores in found.items()} == {
        "digits-mlp": (4, 2),
        "mnist-convnet": (6, 2),
    }
    frame = score_frame(run).query(
        "trainable == 'mnist-convnet' and searcher == 'grid' and scheduler == 'fifo'"
    )
    expected = frame.sort_values("repetition")["score"].tolist()
    assert found["mnist-convnet"][:, 0].tolist() == pytest.approx(expected)


def test_read_out_for_people(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--difference", "3", "--power", "0.9", "--comparisons", "5"]
    assert main([str(stored), *CONTRAST, *options]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, said.splitlines())) <= 110
    said = " ".join(said.split())
    for words in (
        *(
            "pilot of 6 repetitions",
            "pilot of 4 repetitions",
            "grid:fifo - random:fifo: ",
            "upper 80 % limit",
        ),
        *(
            "to find 3.00 points (0.0054 val_accuracy) with power 0.9 at level 0.05 / 5 = 0.01",
            "of each would",
        ),
        "stay unseen in 37% of such pilots",
        "fewer than 8 can never be significant",
    ):
        assert words in said


def test_differences_are_told_in_validation_examples_where_their_number_is_stored(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = load(stored)
    rows = run.experiments.assign(examples_val=pd.array([2000] * len(run.experiments), dtype="Int64"))
    monkeypatch.setattr(power.command, "load", lambda *_: run.only(rows))
    assert main([str(stored), *CONTRAST, "--difference", "5"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "to find 5.00 points (0.009 val_accuracy, 18 validation examples)" in said
    assert main([str(stored), *CONTRAST, "--json"]) == 0
    assert {row["examples_val"] for row in json.loads(capsys.readouterr().out)} == {2000}


def test_the_pilots_differences_are_told_as_they_are_in_a_metric_that_is_minimised(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = load(stored)
    loss = 1 - run.experiments["best"]
    rows = run.experiments.assign(best=loss, mode="min", metric="loss", baseline=0.2, optimum=0.02)
    own = rows[rows["trainable"] == "mnist-convnet"].pivot_table(
        index="repetition", columns=["searcher", "scheduler"], values="best"
    )
    apart = own[("grid", "fifo")] - own[("random", "fifo")]
    monkeypatch.setattr(power.command, "load", lambda *_: run.only(rows))
    for unit in ([], ["--unit", "metric"]):
        assert main([str(stored), *CONTRAST, *unit]) == 0
        said = " ".join(capsys.readouterr().out.split())
        sign = "+" * bool(apart.mean() >= 0)
        assert f"{sign}{significant(apart.mean(), 3)} loss, sd of the paired differences" in said
        assert f"{significant(apart.std(), 3)}, lower is better" in said


def test_json_is_the_plan(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(stored), *CONTRAST, "--json", "--alpha", "0.02", "--comparisons", "2"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert [row["pilot"] for row in rows] == [4, 6]
    [(_, scores)] = [
        p for p in pilots(load(stored), (("grid", "fifo"), ("random", "fifo"))) if len(p[1]) == 6
    ]
    expected = plan(scores, 2.0, 0.8, 0.01)._asdict()
    assert {name: rows[1][name] for name in expected} == pytest.approx(expected)
    assert main([str(stored), "--contrast", "random:fifo", "grid:fifo", "--json"]) == 0
    turned = json.loads(capsys.readouterr().out)
    assert turned[1]["mean"] == pytest.approx(-rows[1]["mean"])
    assert turned[1]["sd"] == pytest.approx(rows[1]["sd"])
    assert turned[1]["n"] < rows[1]["n"]  # alpha is larger


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--contrast", "grid:fifo"],
        ["--contrast", "grid", "random:fifo"],
        ["--contrast", "grid:fifo", "grid:fifo"],
        [*CONTRAST, "--difference", "0"],
        [*CONTRAST, "--power", "1"],
        [*CONTRAST, "--alpha", "5"],
        [*CONTRAST, "--comparisons", "0"],
    ],
)
def test_misuse_is_one_line_and_exit_code_2(
    stored: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    check_misuse(main, [str(stored), *wrong], capsys)


def test_runs_without_such_a_pilot_are_exit_code_2(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path / "few", 2, 1, 2, trials=2, clean=True)
    for folder, one, words in (
        (stored / "nowhere", "grid:fifo", "does not exist"),
        (stored, "grid:pbt", "no score of grid:pbt; it has grid:asha, grid:fifo"),
        (tmp_path / "few", "grid:fifo", "2 common repetitions show no variance"),
    ):
        assert main([str(folder), "--contrast", one, "random:fifo"]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n"), err.startswith("python -m results.power: ")) == ("", 1, True)
        assert words in err
