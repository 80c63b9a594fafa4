"""The report's answers: parts of the budget, filters, one repetition, prices, configurations, files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic import make_run

from results import load
from results.compare.budgets import Budget
from results.compare.grouping import comparisons
from results.recommend.configurations import configurations, costs
from results.report.command import write
from results.report.payload import payload


@pytest.fixture
def opened(chrome: Any, grid: Path) -> Any:
    chrome.size(1280, 900)
    chrome.emulate(prefers_color_scheme="light")
    chrome.show(grid)
    return chrome


def slide(chrome: Any, steps: int) -> None:
    chrome.execute_script(
        "const input = document.querySelector('#slider input');"
        "input.value = Number(input.max) - arguments[0];"
        "input.dispatchEvent(new Event('input', {bubbles: true}))",
        steps,
    )
    chrome.wait("document.body.dataset.ready === 'yes'")


def test_after_half_of_the_budget_the_answer_is_that_of_the_recommender(opened: Any, grid: Path) -> None:
    slide(opened, 2)
    assert opened.js("state.share") == "0.5"
    [comparison] = comparisons(load(grid.parent))
    amount = float(opened.js("view().stage.amount"))
    half = replace(comparison, budget=Budget("epochs", amount, f"{amount:g} epochs"))
    first = half.ranking.iloc[0]
    assert opened.texts("#said p")[0].startswith(f"{first['searcher']} x {first['scheduler']} comes first")
    means = {
        tuple(pair): cell[0]
        for pair, cell in zip(opened.js("view().pairs"), opened.js("view().cells"), strict=True)
    }
    for pair, mean in half.means.items():
        assert means[pair] == pytest.approx(float(mean.mean), rel=1e-4)
    assert f"after {amount:.0f} epochs" in opened.texts("#slider-words")[0]
    opened.refresh()
    opened.wait("document.body.dataset.ready === 'yes'")
    assert opened.js("view().stage.share") == 0.5


def test_nothing_names_a_winner_that_the_filters_hide(opened: Any) -> None:
    first = opened.js("pairName(ranked(view())[0].pair)")
    fastest = opened.js("pairName(view().pairs[view().headline.rows[0][0]])")
    for name in dict.fromkeys([str(first), str(fastest)]):
        opened.execute_script("state.hidden.searchers.add(arguments[0]); update()", name.split(" x ")[0])
    opened.wait("document.body.dataset.ready === 'yes'")
    seen = str(opened.js("document.getElementById('answer').textContent"))
    assert str(first) not in seen and str(fastest) not in seen
    left = opened.js("pairName(ranked(view()).find(row => isShown(row.pair)).pair)")
    assert opened.texts("#said p")[0].startswith(f"{left} comes first of what the filters leave")
    assert opened.texts("#use-title") == [f"Use it: {left}"]
    zero = "document.getElementById('ranking-plot')._fullLayout.xaxis.range"
    low, high = sorted(opened.js(zero))
    assert low <= 0 <= high


def test_beside_the_answer_stand_its_price_and_its_configuration(opened: Any, grid: Path) -> None:
    [comparison] = comparisons(load(grid.parent))
    first = comparison.ranking.iloc[0]
    pair = (str(first["searcher"]), str(first["scheduler"]))
    cost, [found] = costs(comparison)[pair], configurations(comparison, pair)
    row = opened.js("document.querySelector('#table-ranking tbody tr').innerText").split("\t")
    assert float(row[-2]) == pytest.approx(cost.epochs, rel=1e-3)
    assert float(row[-1]) == pytest.approx(cost.clock, rel=1e-3)
    assert any(text.startswith("Its price: ") and " epochs " in text for text in opened.texts("#said p"))
    assert json.loads(opened.texts("#use-body pre")[0]) == found.config
    assert "Run on 1 January 2025 (UTC)." in opened.texts("#summary p")


def test_curves_say_how_many_and_which_lines_they_show(opened: Any) -> None:
    names = opened.js(
        "document.getElementById('curves-plot').data.filter(one => one.name).map(one => one.name)"
    )
    base = opened.js("pairName(view().pairs[view().base])")
    first = opened.js("ranked(view()).slice(0, 6).map(row => pairName(row.pair))")
    caption = opened.texts("#curves-caption")[0]
    assert len(names) == 6 and base in names
    if base in first:
        assert "of the 6 first in rank" in caption
    else:
        assert "of the 5 first in rank of what is shown, and " + base in caption
        assert names[:5] == first[:5]
    lowest = opened.js(
        "Math.min(...document.getElementById('curves-plot').data"
        ".filter(one => one.name).flatMap(one => one.y))"
    )
    bottom = opened.js("document.getElementById('curves-plot').layout.yaxis.range[0]")
    assert ("The y axis is cropped" in caption) == (lowest < bottom)


@pytest.mark.parametrize("measure", ["score", "metric", "regret"])
def test_curves_have_switches_whose_choice_is_in_the_address(opened: Any, measure: str) -> None:
    opened.press(f"#curves-switches select[data-choice=measure] option[value={measure}]")
    opened.press("#curves-switches select[data-choice=spread] option[value=quartiles]")
    title = opened.texts("#curves-plot .ytitle")[0]
    assert (
        title == {"score": "score", "metric": "val_accuracy", "regret": "regret (log scale, 0 to 1)"}[measure]
    )
    assert f"median {title}, between the quartiles" in opened.texts("#curves-caption")[0]
    address = opened.current_url
    opened.get("about:blank")
    opened.get(address)
    opened.wait("document.body.dataset.ready === 'yes'")
    assert opened.texts("#curves-plot .ytitle")[0] == title
    assert opened.js("state.spread") == "quartiles"
    assert opened.complaints() == []


def test_one_repetition_names_no_best_anywhere(chrome: Any, tmp_path: Path) -> None:
    run = make_run(tmp_path / "one", 4, 4, 1)
    write([run], run / "report.html")
    chrome.show(run / "report.html")
    assert chrome.texts("#said p")[0].startswith("No best combination is named")
    assert "--repetitions 10" in chrome.texts("#said p")[1]
    assert chrome.js("document.querySelectorAll('.heat .best, #table-ranking').length") == 0
    names = chrome.texts("#table-observed td:first-child")
    assert names == sorted(names)
    assert chrome.texts("#table-observed th")[0] == "combination"


def test_equal_combinations_share_a_rank(tmp_path: Path) -> None:
    run = load(make_run(tmp_path / "run", 3, 3, 3, clean=True))
    twin = run.experiments["searcher"].isin(["random", "grid"])
    values = run.experiments.groupby(["scheduler", "repetition"])["best"].transform("first")
    run.experiments.loc[twin, "best"] = values[twin]
    view = payload(run, [])["places"][0]["views"][0]
    ranks = {tuple(view["pairs"][row[0]]): row[1] for row in view["ranking"]["rows"]}
    for scheduler in ("asha", "fifo", "hyperband"):
        assert ranks["random", scheduler] == ranks["grid", scheduler]
    assert sorted(ranks.values())[0] == 1 and len(set(ranks.values())) <= 6


def test_the_grid_is_compact_sorted_and_hides_what_is_empty(opened: Any) -> None:
    assert opened.js(
        "document.getElementById('heatmap').scrollWidth <= document.getElementById('heatmap').clientWidth"
    )
    first = opened.js("document.querySelector('.heat tbody td button').getAttribute('aria-label')")
    best = opened.js("[...document.querySelectorAll('.heat button.best')].map(one => one.ariaLabel)")
    assert first.split(" x ")[0] == best[0].split(" x ")[0]
    opened.press("#grid-switches select[data-choice=order] option[value=name]")
    assert opened.texts(".heat tbody th") == opened.js("view().searchers")
    # Of the schedulers only this one is left, which feeds one searcher alone.
    opened.execute_script(
        "state.hidden.schedulers = new Set(view().schedulers.filter(name => name !== 'hb-bohb')); update()"
    )
    opened.wait("document.body.dataset.ready === 'yes'")
    before = len(opened.texts(".heat tbody th"))
    opened.press("#grid-switches input[data-choice=empty]")
    assert 0 < len(opened.texts(".heat tbody th")) < before
    assert opened.js("document.activeElement.dataset.choice") == "empty"
    rows = "[...document.querySelectorAll('.heat tbody tr')]"
    assert opened.js(f"{rows}.every(row => row.querySelector('button:not(.empty)'))")


def test_a_table_is_saved_as_comma_separated_values(opened: Any) -> None:
    opened.execute_script("window.kept = []; window.save = (...given) => window.kept.push(given)")
    opened.press("#ranking-table .buttons button[aria-label^='Download CSV']")
    [[name, text]] = opened.js("window.kept")
    lines = text.splitlines()
    assert (name, lines[0].split(",")[:4]) == (
        "ranking.csv",
        ["rank", "combination", "mean score", "P(best)"],
    )
    assert len(lines) == 1 + int(str(opened.js("view().ranking.rows.length")))


def test_a_brush_on_one_plot_is_in_all_of_them(opened: Any) -> None:
    every = int(str(opened.js("trialData(exploredView()).chosen.length")))
    opened.execute_script("brush('lr', 0.5, 1)")
    opened.wait("document.body.dataset.ready === 'yes'")
    left = int(str(opened.js("trialData(exploredView()).chosen.length")))
    assert 0 < left < every
    labels = opened.js("[...document.querySelectorAll('#explore canvas')].map(one => one.ariaLabel)")
    assert all(f"{left} trials" in label for label in labels) and len(labels) == 4
    ends = opened.js("exploredView().explore.columns[0].filter(value => value !== null)")
    place = opened.js("exploredView().explore.parameters.findIndex(one => one.name === 'lr')")
    values = opened.js(
        f"trialData(exploredView()).chosen.map(trial => exploredView().explore.columns[{place}][trial])"
    )
    shown = opened.js(f"exploredView().explore.columns[{place}]")
    middle = (min(shown) * max(shown)) ** 0.5
    assert ends and min(values) >= middle * 0.999
    column = [float(text) for text in opened.texts(f"#table-best td:nth-child({5 + int(str(place))})")]
    assert column and min(column) >= middle * 0.99
    opened.press("#filters [type=reset]")
    assert opened.js("state.brushes.size") == 0
