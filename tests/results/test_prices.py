"""Prices and amounts: how they are written, what they cost, and the recommendation at a cost."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic import make_run

from results import load, recommend
from results.compare.budgets import Budget
from results.compare.expenses import affordable, hours
from results.compare.grouping import candidates
from results.prices import FILE, Amount, Prices, amount, checked, prices, stored
from results.recommend.configurations import costs


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("40cpuh", Amount(40, "cpuh")), ("0.5gpuh", Amount(0.5, "gpuh")), ("25", Amount(25, "money"))],
)
def test_an_amount_is_read_as_it_is_written(text: str, wanted: Amount) -> None:
    assert amount(text) == wanted
    assert str(wanted) == text


@pytest.mark.parametrize("text", ["", "0", "-3", "3h", "cpuh", "nan", "3 EUR", "1e400"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="40cpuh or 3gpuh"):
        amount(text)


def test_prices_are_the_same_in_a_file_and_on_a_command_line(tmp_path: Path) -> None:
    given = prices("cpu=0.05, gpu=2,currency=EUR")
    assert given == checked({"cpu": 0.05, "gpu": 2, "currency": "EUR"}) == Prices(0.05, 2.0, "EUR")
    assert given.of(10, 3) == pytest.approx(6.5)
    (tmp_path / FILE).write_text(given.to_toml())
    assert stored(tmp_path) == given
    assert stored(tmp_path / "other") is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"cpus": 1}, "no price of 'cpus'"),
        ({"cpu": -1}, "price cpu is -1"),
        ({"cpu": True}, "price cpu is True"),
        ({"cpu": "x"}, "price cpu is 'x'"),
        ({}, "no price is above 0"),
        ({"cpu": 1, "currency": "a b"}, "currency is 'a b'"),
        (3, "prices are 3"),
    ],
)
def test_prices_that_cannot_be_are_refused_in_a_line(values: object, why: str) -> None:
    with pytest.raises(ValueError, match=why) as error:
        checked(values)
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), 2, 2, 3, clean=True, workers=4)


def test_an_experiment_costs_what_its_workers_hold(folder: Path) -> None:
    run = load(folder)
    rows = run.experiments
    cpu, gpu = hours(rows)
    assert cpu == pytest.approx(rows["wall_s"].to_numpy(float) * 4 / 3600)
    assert (gpu == 0).all()
    _, gpu = hours(rows.assign(device="gpu", gpus_per_trial=0.5))
    assert gpu == pytest.approx(cpu / 2)
    [comparison] = candidates(run, 4, Budget("clock", np.inf, "all"))
    for pair, cost in costs(comparison).items():
        assert cost.cpu_hours == pytest.approx(cost.clock * 4 / 3600), pair


def test_a_recommendation_at_a_cost_is_that_at_the_time_which_it_buys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = load(folder)
    seconds = float(run.experiments["wall_s"].median()) / 2
    [wanted] = candidates(run, 4, Budget("clock", seconds, "half"))
    most = Amount(4 * seconds / 3600 * 0.05, "money")
    [found] = affordable(run, 4, most, Prices(0.05))
    assert found.ranking.equals(wanted.ranking)
    asked = [str(folder), "--workers", "4"]
    assert recommend.main([*asked, "--max-cost", "25"]) == 2
    assert "the run has no prices; add --prices" in capsys.readouterr().err
    assert recommend.main([*asked, "--max-cost", "1gpuh"]) == 2
    assert "no experiment uses what 1gpuh limits" in capsys.readouterr().err
    assert recommend.main([*asked, "--max-cost", "1cpuh", "--prices", "cpu=36,currency=EUR"]) == 0
    out = capsys.readouterr().out
    assert "after 1 CPU hours (15 min of 4 workers)" in out
    assert " EUR  " in out
