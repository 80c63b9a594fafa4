"""The page docs/python.md: its blocks are one program that runs from the first line to the last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.S)


def test_the_blocks_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    blocks = BLOCK.findall((ROOT / "docs" / "python.md").read_text())
    for block in blocks:
        exec(block.replace('    name="first",', '    name="first",\n    figures=False,'), names)
    assert len(blocks) == 3
    assert (tmp_path / "first.html").is_file() and list((tmp_path / "figures").glob("heatmap-*.pdf"))
    assert "8 of 8 experiments answered (8 ok)" in capsys.readouterr().out
