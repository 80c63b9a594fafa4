"""The table of estimates: how it counts, and where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.measure_estimates import PAGE, SECTION, ratio_at, table
from scripts.page_sections import write_section

RUN = {
    "asked": ["--engine", "virtual"],
    "experiments": 20,
    "seconds": 100.0,
    "start": 80.0,
    "told": [[5.0, 10.0, 1], [11.0, 89.0, 2], [50.5, 99.0, 10]],
}


def test_predictions_are_compared_with_what_was_left() -> None:
    assert ratio_at(RUN, 0.1) == pytest.approx(1.0)
    assert ratio_at(RUN, 0.5) == pytest.approx(0.5)
    assert ratio_at(RUN, 0.9) != ratio_at(RUN, 0.9)  # NaN: nothing was said so late
    lines = table([RUN])
    assert lines[2] == "| `--engine virtual` | 100 | 1.2 | 1 | 0.5 |"
    assert "2 of 3 predictions are right within 25%" in lines[-1]


def test_the_page_has_a_place_for_the_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text())
    write_section(page, SECTION, "a table")
    assert f"<!-- {SECTION}: begin -->\n\na table\n\n<!-- {SECTION}: end -->" in page.read_text()
