"""The notebook of a user's own function: it runs from its first cell on, and its outputs are stored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
NotebookClient = pytest.importorskip("nbclient").NotebookClient
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "notebooks" / "own-function.ipynb"


def code_cells() -> list[Any]:
    return [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]


def kinds(cell: Any) -> set[str]:
    """Return what a cell has printed and shown; what libraries warn of is not stored."""
    return {out.output_type for out in cell.outputs if out.get("name") != "stderr"}


def printed(cell: Any) -> str:
    """Return what a cell has printed."""
    return "".join(out["text"] for out in cell.outputs if out.get("name") == "stdout")


def test_its_outputs_are_stored() -> None:
    cells = code_cells()
    outputs = [out for cell in cells for out in cell.outputs]
    assert all(cell.outputs for cell in cells[2:])
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]
    assert sum("image/png" in out.get("data", {}) for out in outputs) == 2
    assert "12 of 12 experiments answered (12 ok)" in printed(cells[2])


@pytest.mark.slow
def test_every_cell_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    book = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(book, timeout=500, kernel_name="python3").execute(cwd=str(tmp_path))
    executed = [cell for cell in book.cells if cell.cell_type == "code"]
    for cell, stored in zip(executed, code_cells(), strict=True):
        assert kinds(cell) == kinds(stored)
    assert "12 of 12 experiments answered (12 ok)" in printed(executed[2])
    assert (tmp_path / "runs" / "digits" / "run.toml").is_file()
