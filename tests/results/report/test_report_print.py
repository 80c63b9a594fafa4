"""The report on paper: nothing that the page says is lost, on A4 and on Letter."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

pypdf = pytest.importorskip("pypdf")
SIZES = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}
LIGATURES = {
    "\N{LATIN SMALL LIGATURE FI}": "fi",
    "\N{LATIN SMALL LIGATURE FL}": "fl",
    "\N{LATIN SMALL LIGATURE FF}": "ff",
}


def letters(text: str) -> str:
    """Return a text without blanks and line ends, of which a PDF has others than a page."""
    for ligature, plain in LIGATURES.items():
        text = text.replace(ligature, plain)
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("size", ["A4", pytest.param("Letter", marks=pytest.mark.slow)])
def test_all_combinations_the_winner_and_all_schedulers_are_on_paper(
    chrome: Any, grid: Path, size: str
) -> None:
    chrome.size(1280, 900)
    chrome.emulate(prefers_color_scheme="dark")
    chrome.show(grid)
    shown = {
        "schedulers": chrome.js("view().schedulers"),
        "ranked": chrome.js("ranked(view()).map(row => pairName(row.pair))"),
        "means": chrome.js(
            "view().cells.filter(cell => cell[0] !== null).map(cell => number(cell[0], view().written))"
        ),
    }
    theme = chrome.js("document.documentElement.dataset.theme")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(chrome.paper(*SIZES[size]))).pages]
    text = letters("".join(pages))
    assert all(len(letters(page)) > 100 for page in pages[:-1]), "a page is almost empty"
    headings = letters("".join(chrome.texts("section h2")))
    assert [name for name in shown["schedulers"] if letters(name) not in text] == []
    assert len(shown["ranked"]) > 40
    # In the ranking's plot and in its table, with its rank.
    assert [name for name in shown["ranked"] if text.count(letters(name)) < 2] == []
    assert f"1{letters(shown['ranked'][0])}" in text
    assert [mean for mean in shown["means"] if letters(mean) not in text] == []
    assert "Wherethetimewent" in headings and "Wherethetimewent" in text
    assert (theme, chrome.js("document.documentElement.dataset.theme")) == ("dark", "dark")


def test_paper_is_light_keeps_its_colours_and_has_all_rows(chrome: Any, grid: Path) -> None:
    chrome.size(1280, 900)
    chrome.emulate(prefers_color_scheme="dark")
    chrome.show(grid)
    chrome.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert chrome.js("document.documentElement.dataset.theme") == "light"
    assert (
        chrome.js("getComputedStyle(document.documentElement).getPropertyValue('--card').trim()") == "#ffffff"
    )
    assert len(chrome.texts("#table-ranking tbody tr")) == chrome.js("view().ranking.rows.length")
    assert chrome.js("document.querySelectorAll('#heatmap table').length") == 2
    widths = chrome.js(
        "[...document.querySelectorAll('.plot .main-svg')].map(one => Number(one.getAttribute('width')))"
    )
    assert max(widths) <= 700
    chrome.execute_script("dispatchEvent(new Event('afterprint'))")
    chrome.wait("document.body.dataset.ready === 'yes'")
    assert chrome.js("document.querySelectorAll('#heatmap table').length") == 1
    assert len(chrome.texts("#table-ranking tbody tr")) == 12
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    adjusted = "getComputedStyle(document.querySelector('.heat button.best')).printColorAdjust"
    assert chrome.js(adjusted) == "exact"
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
