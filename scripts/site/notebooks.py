"""Notebooks as pages: their cells as Markdown, their stored outputs below them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any


def page(notebook: Path) -> str:
    """Return a notebook as Markdown; pictures are part of the text, as data."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join(_cell(cell) for cell in cells) + "\n"


def _cell(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return source
    return "\n\n".join([f"```python\n{source}\n```", *map(_output, cell["outputs"])])


def _output(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        png = "".join(data["image/png"]).replace("\n", "")
        return f'<img alt="What the cell shows" src="data:image/png;base64,{png}">'
    if "text/html" in data:
        return "".join(line.strip() for line in "".join(data["text/html"]).splitlines())
    text = "".join(output.get("text") or data.get("text/plain", ""))
    return f"```text\n{textwrap.dedent(text).rstrip()}\n```"
