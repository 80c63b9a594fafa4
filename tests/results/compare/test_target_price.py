"""The price of a target: expected epochs until random search is matched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic import make_run

from results import load
from results.compare.grouping import comparisons
from results.compare.target_price import target_prices
from results.statistics.targets import expected_runtime


def test_the_price_is_the_expected_runtime_to_what_random_search_reaches(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 3, 2, 6, trials=6, clean=True))
    [comparison] = comparisons(run, scored=True)
    prices = target_prices(comparison)
    rows = run.experiments
    plain = rows[(rows["searcher"] == "random") & (rows["scheduler"] == "fifo")]
    target = plain["best"].median()
    curves = run.curves("epochs")
    for pair, mean in zip(comparison.combinations, prices.mean, strict=True):
        keys = rows[(rows["searcher"] == pair[0]) & (rows["scheduler"] == pair[1])]["key"]
        success, cost = [], []
        for key in keys:
            steps = curves.curve(key)
            hits = np.flatnonzero(steps.y >= target - 1e-12)
            success.append(bool(len(hits)))
            cost.append(steps.x[hits[0]] if len(hits) else steps.x[-1])
        assert mean == pytest.approx(expected_runtime(success, cost)), pair


def test_an_interval_holds_its_price_and_one_repetition_has_none(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 3, 2, 6, trials=6, clean=True))
    [comparison] = comparisons(run, scored=True)
    prices = target_prices(comparison)
    assert (prices.low <= prices.mean).all() and (prices.mean <= prices.high).all()
    assert (prices.low < prices.high).any()
    first = run.only(run.experiments[run.experiments["repetition"] == 0])
    [alone] = comparisons(first, scored=True)
    assert np.isnan(target_prices(alone).low).all()
