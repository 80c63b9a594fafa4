"""Counts of the faults that were made and of what followed, which outlive the test session."""

from __future__ import annotations

import json
import os
import platform
import time
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


class Tally:
    """Counts by section and row; ``scripts.write_reliability`` makes the page of them.

    Args:
        folder: where ``save`` puts its file; None keeps nothing.
        share: which part is done of what is repeated.
    """

    def __init__(self, folder: Path | None, share: float) -> None:
        self._folder, self._share, self._began = folder, share, time.monotonic()
        self._counts: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(dict)
        self._skipped: dict[str, dict[str, str]] = {}

    def add(self, section: str, row: str, **counts: int) -> None:
        """Add to the counts of a row; a column is named by its keyword, with blanks for underscores."""
        own = self._counts[section].setdefault(row, {})
        for name, number in counts.items():
            own[name] = own.get(name, 0) + int(number)

    def skip(self, section: str, row: str, reason: str) -> None:
        """Note that something could not be done on this machine."""
        self._skipped.setdefault(section, {})[row] = reason

    def save(self, name: str) -> None:
        """Write what has been counted since the last time to the file ``name``, and forget it."""
        if self._folder is not None and (self._counts or self._skipped):
            self._folder.mkdir(parents=True, exist_ok=True)
            saved = {"counts": self._counts, "skipped": self._skipped, "made": self._made()}
            (self._folder / f"{name}.json").write_text(json.dumps(saved, indent=1))
        self._counts.clear()
        self._skipped.clear()

    def _made(self) -> dict[str, str | float]:
        """Return when, where and in which time the counts were made."""
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{platform.system()}, {os.cpu_count()} cores",
            "versions": f"Python {platform.python_version()}, Ray {version('ray')}",
            "share": self._share,
            "minutes": round((time.monotonic() - self._began) / 60, 1),
        }
