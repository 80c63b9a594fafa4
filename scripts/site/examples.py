"""Examples as pages: each file of ``examples/`` with the first line of its docstring as its title."""

from __future__ import annotations

import ast
from pathlib import Path


def pages(root: Path) -> dict[str, tuple[str, str]]:
    """Return title and Markdown of each example, by its path on the site.

    Args:
        root: of the repository; without a folder ``examples`` there are none.
    """
    return {f"examples/{file.stem}.md": _page(file) for file in sorted(root.glob("examples/*.py"))}


def _page(file: Path) -> tuple[str, str]:
    text = file.read_text(encoding="utf-8")
    summary = (ast.get_docstring(ast.parse(text)) or file.stem).splitlines()[0]
    title = summary.partition(":")[0].rstrip(".")
    return title, f"# {title}\n\n`examples/{file.name}`: {summary}\n\n```python\n{text}```\n"
