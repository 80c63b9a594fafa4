"""The notebook runs from its first cell to its last one, and is stored without what it printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.synthetic import make_run

nbformat = pytest.importorskip("nbformat")
NotebookClient = pytest.importorskip("nbclient").NotebookClient
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[3]
NOTEBOOK = ROOT / "docs" / "notebooks" / "explore.ipynb"


@pytest.mark.slow
def test_every_cell_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path / "run", 4, 4, 3, trainable="one")
    make_run(run, 4, 4, 3, trainable="two")
    page = tmp_path / "page.html"
    for name, value in {"TUNEGRID_RUN": run, "TUNEGRID_PAGE": page, "PYTHONPATH": _path()}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    book = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) == 10
    assert all(cell.outputs for cell in code)
    assert not [out for cell in code for out in cell.outputs if out.get("name") == "stderr"]
    for figure in (4, 5):
        assert any("image/png" in out.get("data", {}) for out in code[figure].outputs)
    assert page.read_text().startswith("<!DOCTYPE html>")


def test_nothing_that_it_printed_is_stored() -> None:
    book = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)


def _path() -> str:
    return os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
