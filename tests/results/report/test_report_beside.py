"""Two runs in one report: their differences, repetition by repetition, and those of their environments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic import make_run
from scipy import stats

from results import load
from results.report.command import write
from results.report.payload import payload


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    made = tmp_path_factory.mktemp("two")
    runs = [make_run(made / name, 3, 4, 5, trainable="one", seed=seed) for seed, name in enumerate("ab")]
    for run, version in zip(runs, ("1.0", "2.0"), strict=True):
        record = {"python": "3.11.7", "cpu": "x", "packages": {"optuna": version, "numpy": "2.0"}, "data": {}}
        (run / "provenance.json").write_text(json.dumps({"e": record}))
    (runs[1] / "run.toml").write_text('preset = "synthetic"\nstragglers = 1\n')
    return runs


def test_differences_are_paired_over_repetitions(folders: list[Path]) -> None:
    (one,) = payload(load(*folders), folders)["beside"]
    assert (one["runs"], one["task"], one["metric"]) == (("a", "b"), "one", "score")
    first, second = (load(folder).experiments for folder in folders)
    assert len(one["rows"]) > 5
    for searcher, scheduler, a, b, change, low, high, n in one["rows"]:
        values = []
        for rows in (first, second):
            own = rows[(rows["searcher"] == searcher) & (rows["scheduler"] == scheduler)]
            values.append((100 * (own.set_index("repetition")["best"] - 0.8) / 0.18).clip(-100, 120).dropna())
        assert [a, b] == pytest.approx([value.mean() for value in values], rel=1e-3)
        both = (values[1] - values[0]).dropna()
        test = stats.ttest_1samp(both, 0.0).confidence_interval()
        assert n == len(both)
        assert [change, low, high] == pytest.approx([both.mean(), test.low, test.high], rel=1e-3, abs=1e-3)


def test_what_differs_in_the_environments_is_told(folders: list[Path]) -> None:
    apart = payload(load(*folders), folders)["apart"]
    assert apart == [["package optuna", "1.0", "2.0"], ["asked stragglers", "\N{EM DASH}", "1"]]


def test_the_page_shows_both_runs_together(chrome: Any, folders: list[Path], tmp_path: Path) -> None:
    write(folders, tmp_path / "both.html")
    chrome.size(1280, 900)
    chrome.show(tmp_path / "both.html")
    rows = chrome.js("DATA.beside[0].rows")
    cells = chrome.texts("#beside-grid td")
    assert len([text for text in cells if text]) == len(rows)
    [largest] = sorted(rows, key=lambda row: -abs(row[4]))[:1]
    sign = "+" if largest[4] > 0 else "\N{MINUS SIGN}"
    assert f"{sign}{abs(largest[4]):.1f}" in cells
    names = chrome.js(
        "document.getElementById('beside-plot').data.filter(one => one.name).map(one => one.name)"
    )
    assert names == ["a", "b"]
    assert len(chrome.texts("#table-beside tbody tr")) == min(len(rows), 12)
    assert chrome.texts("#table-environments td") == [
        "package optuna",
        "1.0",
        "2.0",
        "asked stragglers",
        "\N{EM DASH}",
        "1",
    ]
    assert chrome.complaints() == []


def test_one_run_has_no_such_section(chrome: Any, folders: list[Path], tmp_path: Path) -> None:
    write(folders[:1], tmp_path / "one.html")
    chrome.show(tmp_path / "one.html")
    assert chrome.js("document.getElementById('beside').hidden")
    links = "[...document.querySelectorAll('nav a')].filter(one => one.offsetHeight)"
    assert "Two runs" not in chrome.js(f"{links}.map(one => one.textContent)")


def test_a_menu_of_budgets_begins_with_what_differs(chrome: Any, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 2, 2, 2, engine="virtual", workers=8)
    make_run(run, 2, 2, 2, engine="virtual", workers=100)
    write([run], run / "report.html")
    chrome.show(run / "report.html")
    options = chrome.texts("#filters select[name=budget] option")
    assert sorted(text.split(" (")[0] for text in options) == ["100 workers", "8 workers"]
