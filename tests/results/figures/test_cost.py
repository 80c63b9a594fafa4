"""The figure of costs: hours or money, of whole experiments and of the target."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.synthetic import make_run

from results import load
from results.figures.plots import cost
from results.prices import FILE, Prices


def test_an_experiment_costs_the_hours_of_its_workers_or_their_price(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", 2, 2, 4, trials=3)
    run = load(folder)
    rows = cost.data(run).set_index(["searcher", "scheduler"])
    assert set(rows["unit"]) == {"CPU hours"}
    ok = run.experiments[run.experiments["status"] == "ok"]
    expected = (ok["wall_s"] * ok["workers"] / 3600).groupby([ok["searcher"], ok["scheduler"]]).mean()
    assert rows["experiment"].to_dict() == pytest.approx(expected.to_dict())
    assert (rows["target_low"].dropna() <= rows["target"][rows["target_low"].notna()]).all()
    assert list(rows["target"]) == sorted(rows["target"])  # the cheapest first

    (folder / FILE).write_text(Prices(cpu=0.5, currency="EUR").to_toml())
    priced = cost.data(load(folder)).set_index(["searcher", "scheduler"])
    assert set(priced["unit"]) == {"EUR"}
    assert priced["experiment"].to_dict() == pytest.approx((0.5 * rows["experiment"]).to_dict())
    assert priced["target"].to_dict() == pytest.approx((0.5 * rows["target"]).to_dict())
    [(name, figure)] = cost.figures(load(folder))
    assert name.startswith("cost-") and "EUR" in figure.axes[0].get_xlabel()
