"""A run in a notebook: one output of the cell, which is updated."""

from __future__ import annotations

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
NotebookClient = pytest.importorskip("nbclient").NotebookClient
pytest.importorskip("ipykernel")

TESTS = Path(__file__).parents[1]
CELL = f"""
import sys
sys.path[:0] = [{str(TESTS.parent)!r}, {str(TESTS)!r}]
sys.argv = ["shown_run.py", {{options}}]
from helpers import shown_run
shown_run.main(None, "prog")
"""


def outputs(options: str, folder: Path) -> tuple[str, list[str]]:
    """Return what a cell has printed, and the texts of its other outputs but its value."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.replace("{options}", options))])
    NotebookClient(book, timeout=120, kernel_name="python3").execute(cwd=str(folder))
    found = book.cells[0].outputs
    printed = "".join(out["text"] for out in found if out.output_type == "stream" and out["name"] == "stdout")
    return printed, [out["data"]["text/plain"] for out in found if out.output_type == "display_data"]


def test_the_status_is_one_output_that_is_updated(tmp_path: Path) -> None:
    printed, [shown] = outputs("", tmp_path)
    assert "\x1b" not in printed + shown and "\r" not in printed + shown
    bar, *failures = shown.splitlines()
    assert "13/13  100 %  4 failed" in bar and set(bar.split()[0]) == {"━"}
    assert [line.split()[-1] for line in failures[::2]] == ["timeout", "failed", "timeout", "failed"]
    assert all(line.startswith("    ValueError: planted") for line in failures[1::2])
    assert printed.count("val_accuracy") == 0  # results are not printed besides
    assert "13 of 13 experiments answered" in printed and "results: runs/mine" in printed


def test_a_quiet_run_shows_no_status(tmp_path: Path) -> None:
    printed, shown = outputs('"--quiet"', tmp_path)
    assert shown == [] and printed.count("ValueError: planted") == 4
