"""Accessibility of the report: axe-core finds nothing, on a desktop, a phone, in the dark, for two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic import make_run

from results.report.command import write


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_axe_finds_nothing(chrome: Any, grid: Path, width: int, theme: str) -> None:
    chrome.size(width, 900)
    chrome.emulate(prefers_color_scheme=theme)
    chrome.show(grid)
    assert chrome.violations() == []
    assert chrome.js("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_beside_another_run_and_with_one_repetition(chrome: Any, tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name, 3, 4, 1, seed=seed) for seed, name in enumerate(("a", "b"))]
    write(runs, tmp_path / "page.html")
    chrome.size(1280, 900)
    chrome.emulate(prefers_color_scheme="light")
    chrome.show(tmp_path / "page.html")
    assert chrome.violations() == []


def test_every_plot_says_what_it_shows(chrome: Any, grid: Path) -> None:
    chrome.size(1280, 900)
    chrome.show(grid)
    silent = chrome.js(
        "[...document.querySelectorAll('.plot:not([hidden])')].filter(one => one.offsetHeight)"
        ".filter(one => !(one.ariaLabel || one.querySelector('canvas')?.ariaLabel)).map(one => one.id)"
    )
    assert silent == []
    first = str(chrome.js("pairName(ranked(view())[0].pair)"))
    assert first in str(chrome.js("document.getElementById('curves-plot').ariaLabel"))


def test_ranges_of_hyperparameters_are_chosen_by_keys(chrome: Any, grid: Path) -> None:
    chrome.size(1280, 900)
    chrome.show(grid)
    field = chrome.find_element("css selector", "#brush-fields input[data-brush='lr~0']")
    chrome.execute_script("document.getElementById('brush-fields').open = true")
    from helpers.browser import Keys

    field.send_keys(Keys.PAGE_UP)
    chrome.wait("document.body.dataset.ready === 'yes' && state.brushes.has('lr')")
    assert "with lr from" in chrome.texts("#explore-words")[0]
    assert chrome.js("document.activeElement.dataset.brush") == "lr~0"
