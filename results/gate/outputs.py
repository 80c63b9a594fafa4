"""Output forms of a report, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from results.files import check_place, replace_text
from results.gate.document import as_json
from results.gate.junit import as_junit
from results.gate.report import Report
from results.gate.table import as_markdown, as_text

__all__ = ["FORMS", "as_text", "check", "write"]

_TEXTS: Mapping[str, Callable[[Report], str]] = {"junit": as_junit, "markdown": as_markdown, "json": as_json}
FORMS = (*_TEXTS, "figure")


def check(form: str, path: Path) -> None:
    """Check, before anything runs, that a file can take the report in one of ``FORMS``.

    Raises:
        OSError: if it has no place there.
        ResultsError: if a figure is neither PNG nor PDF.
    """
    check_place(path)
    if form == "figure":
        from results.gate.figure import kind_of

        kind_of(path)


def write(report: Report, form: str, path: Path) -> None:
    """Write the report in one of ``FORMS``; it is whole or absent, and folders that are missing are made.

    Raises:
        OSError: if it cannot be written.
        ResultsError: if there is nothing to draw, or the figure's file is neither PNG nor PDF.
    """
    if form in _TEXTS:
        replace_text(path, _TEXTS[form](report))
        return
    from results.gate.figure import save

    save(report, path)
