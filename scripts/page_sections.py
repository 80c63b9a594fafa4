"""Sections of pages that scripts write, between the marks ``<!-- NAME: begin -->`` and ``: end``."""

from __future__ import annotations

from pathlib import Path

from results.files import replace_text


def write_section(page: Path, name: str, text: str) -> None:
    """Put text between the marks of a page.

    Raises:
        SystemExit: if the page has no such marks.
    """
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = page.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise SystemExit(f"{page} lacks {first} and {last}")
    replace_text(page, f"{before}{first}\n\n{text}\n\n{last}{after}")
