"""The experiments under way, in a file of the run's folder from which ``tunegrid status`` reads them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from results.files import TEMPORARY

FILE = f"{TEMPORARY}under-way.json"  # it means nothing once the driver has ended
EVERY_S = 1.0


@dataclass(frozen=True)
class UnderWay:
    """The state of a driver at a moment.

    Attributes:
        running: experiments, such as ``digits-mlp random x asha cpu #0``, and the seconds that each has run.
        seconds_left: an estimate; None before the first experiment has ended.
        answered: experiments of the run that have a row.
        updated: the moment, ISO 8601 in UTC.
    """

    running: dict[str, float]
    seconds_left: float | None
    answered: int
    updated: str


class UnderWayFile:
    """Keeps the file of a run's folder up to date, about once a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._written = 0.0
        self._since: dict[str, float] = {}

    def show(self, running: Sequence[str], seconds_left: float | None, answered: int) -> None:
        """Write what is running, unless that was written just now."""
        now = time.monotonic()
        self._since = {name: self._since.get(name, now) for name in running}
        if now - self._written < EVERY_S:
            return
        self._written = now
        seconds = {name: round(now - since, 1) for name, since in self._since.items()}
        moment = UnderWay(seconds, seconds_left, answered, datetime.now(UTC).isoformat(timespec="seconds"))
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):  # a full disk: the store says so
            aside.write_text(json.dumps(asdict(moment)), encoding="utf-8")
            aside.replace(self._path)

    def remove(self) -> None:
        """Remove the file: nothing is under way any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def under_way(folder: Path) -> UnderWay | None:
    """Return what the driver of a run has under way; None if it has written nothing that can be read."""
    try:
        return UnderWay(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
