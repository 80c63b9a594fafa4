"""One number for one thing: the report's numbers are those of the figures and tables of the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.synthetic import make_run

from results import Run, load
from results.compare.grouping import comparisons
from results.compare.importances import importances
from results.figures.plots import anytime, heatmap, incumbent, speed_up
from results.report.payload import payload
from results.tables import TABLES
from results.tables.model import Estimate
from results.tables.table_inputs import TableInputs

#: The page rounds what it lists to five digits, as far as it is not written to more.
CLOSE = {"rel": 1e-4, "abs": 1e-4}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return load(make_run(tmp_path_factory.mktemp("run") / "mine", 3, 4, 6, trainable="one"))


@pytest.fixture(scope="module")
def view(run: Run) -> dict[str, Any]:
    (shown,) = payload(run, [])["places"][0]["views"]
    return dict(shown)


def by_pair(view: dict[str, Any], rows: list[list[Any]]) -> dict[tuple[str, str], list[Any]]:
    return {tuple(view["pairs"][row[0]]): row for row in rows}


def test_the_ranking_is_the_table(run: Run, view: dict[str, Any]) -> None:
    (table,) = TABLES["ranking"](TableInputs(run, []))
    shown = view["ranking"]["rows"]
    assert len(shown) == len(table.rows) > 5
    for row, (rank, searcher, scheduler, mean, apart, probability) in zip(shown, table.rows, strict=True):
        assert (tuple(view["pairs"][row[0]]), row[1]) == ((searcher, scheduler), rank)
        assert row[2:4] == pytest.approx([mean, probability], **CLOSE)
        if isinstance(apart, Estimate):
            assert row[4:7] == pytest.approx([apart.value, apart.low, apart.high], **CLOSE)


def test_the_cells_are_the_table_of_scores(run: Run, view: dict[str, Any]) -> None:
    (table,) = TABLES["scores"](TableInputs(run, []))
    schedulers = [column.name for column in table.columns[1:]]
    cells = {tuple(pair): cell for pair, cell in zip(view["pairs"], view["cells"], strict=True)}
    known = 0
    for searcher, *values in table.rows:
        for scheduler, value in zip(schedulers, values, strict=True):
            if isinstance(value, Estimate):
                assert cells[searcher, scheduler][:3] == pytest.approx(
                    list(value._asdict().values()), **CLOSE
                )
                known += 1
            else:
                assert cells[searcher, scheduler][0] is None
    assert known == sum(cell[0] is not None for cell in view["cells"])


def test_the_headline_is_the_figures(run: Run, view: dict[str, Any]) -> None:
    shown = by_pair(view, view["headline"]["rows"])
    rows = speed_up.data(run).to_dict("records")
    assert len(rows) == len(shown) > 5
    for row in rows:
        own = shown[row["searcher"], row["scheduler"]]
        names = ("speed_up", "speed_up_low", "speed_up_high", "lower_bounds", "regret")
        assert own[1:6] == pytest.approx([row[name] for name in names], rel=1e-3, abs=1e-3)
        assert own[8:10] == [row["failures"], row["runs"]]


@pytest.mark.parametrize(("figure", "measure", "sign"), [(incumbent, "metric", 1), (anytime, "regret", -1)])
def test_curves_are_those_of_the_figure(
    run: Run, figure: Any, measure: str, sign: int, tmp_path: Path
) -> None:
    """Both are exact at their own points, and incumbents never get worse: each lies between the other."""
    if measure == "regret":  # over several tasks
        for task in ("one", "two"):
            make_run(tmp_path / "run", 3, 3, 4, trainable=task, clean=True)
        run = load(tmp_path / "run")
    view = payload(run, [])["places"][0]["views"][0]
    checked = 0
    for (searcher, scheduler, axis), line in figure.data(run).groupby(["searcher", "scheduler", "axis"]):
        curves = view["curves"][axis]
        own = by_pair(view, curves["measures"][measure])[searcher, scheduler]
        start, end, means = own[1], own[2], sign * np.array(own[3][0])
        x = np.array([*curves["grid"][start : start + len(means) - 1], end])
        # Of the figure, what lies inside; the page rounds x, too.
        inside = line[(line["x"] > x[0] * 1.001) & (line["x"] < end * 0.999)].dropna(subset=["mean"])
        below = np.searchsorted(x, inside["x"] * 0.9999, side="right") - 1
        above = np.minimum(np.searchsorted(x, inside["x"] * 1.0001, side="left"), len(x) - 1)
        assert (means[below] <= sign * inside["mean"] + 1e-4).all()
        assert (means[above] >= sign * inside["mean"] - 1e-4).all()
        checked += len(inside)
    assert checked > 100


def test_a_metric_without_constants_is_the_heat_maps(tmp_path: Path) -> None:
    run = load(make_run(tmp_path / "run", 3, 3, 6, clean=True))
    run.experiments[["baseline", "optimum"]] = np.nan
    (view,) = payload(run, [])["places"][0]["views"]
    cells = {tuple(pair): cell for pair, cell in zip(view["pairs"], view["cells"], strict=True)}
    rows = heatmap.data(run).to_dict("records")
    assert len(rows) == len(cells) == 9
    for row in rows:
        own = cells[row["searcher"], row["scheduler"]]
        assert own[:4] == pytest.approx([row["mean"], row["low"], row["high"], row["n"]], rel=1e-4)


def test_importances_are_those_of_the_figure(run: Run, view: dict[str, Any]) -> None:
    (comparison,) = comparisons(run, scored=False)
    found, shown = importances(comparison), view["explore"]["importances"][""]
    assert found is not None
    assert (shown["names"], shown["trials"]) == (found.names, found.trials)
    assert shown["shares"] == pytest.approx(found.shares, rel=1e-3)
    assert [shown["low"], shown["high"]] == pytest.approx(found.limits, rel=1e-3, abs=1e-6)


def test_the_page_writes_these_numbers(chrome: Any, run: Run, tmp_path: Path) -> None:
    from results.report.document import render

    page = tmp_path / "page.html"
    page.write_text(render(payload(run, [])))
    chrome.show(page)
    (table,) = TABLES["ranking"](TableInputs(run, []))
    read = [text.replace("\N{MINUS SIGN}", "-") for text in chrome.texts("#table-ranking td:nth-child(3)")]
    means = [row[3] for row in table.rows][: len(read)]
    assert [float(text) for text in read] == pytest.approx(means, abs=0.0501)
    shown = {text.split(" ")[0] for text in chrome.texts(".heat button:not(.empty)")}
    assert set(chrome.texts("#table-ranking td:nth-child(3)")) <= shown
