"""The display for programs: one JSON object on a line for each event of a run."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.base import Display, Ending, Standing
from benchmarks.suite.experiment import Experiment


@dataclass(frozen=True)
class StartedEvent:
    """The run begins: its folder, its experiments, and how many of them are to run or stored already."""

    run: str
    experiments: int
    to_run: int
    stored: int


@dataclass(frozen=True)
class BegunEvent:
    """An experiment begins: its key in the store, and what tells it from the others."""

    key: str
    trainable: str
    searcher: str
    scheduler: str
    device: str
    engine: str
    workers: int
    repetition: int


@dataclass(frozen=True)
class EndedEvent(BegunEvent):
    """An experiment has ended, or was answered without a run (``ran`` is false).

    ``reason`` is null if the status is ok; ``metric`` and ``best``, its best value, are null where there is
    none, and so are ``seconds``, on the clock of its engine.  ``answered`` counts the experiments so far.
    """

    status: str
    reason: str | None
    metric: str | None
    best: float | None
    seconds: float | None
    ran: bool
    answered: int


@dataclass(frozen=True)
class NoteEvent:
    """Something that concerns the whole run, in words."""

    text: str


@dataclass(frozen=True)
class FinishedEvent:
    """The run has ended; ``why`` is null if it is complete, else ``resume`` is the command that finishes it.

    ``statuses`` has how many experiments ended with which status, ``seconds`` are those of this process.
    """

    run: str
    experiments: int
    answered: int
    statuses: dict[str, int]
    seconds: float
    why: str | None
    resume: str | None


@dataclass(frozen=True)
class DrawnEvent:
    """The figures are drawn, into this folder; null if there are none."""

    run: str
    figures: int
    folder: str | None


#: The value of ``event`` in each object.
EVENTS: dict[type, str] = {
    StartedEvent: "started",
    BegunEvent: "begun",
    EndedEvent: "ended",
    NoteEvent: "note",
    FinishedEvent: "finished",
    DrawnEvent: "drawn",
}


class JsonLines(Display):
    """Prints an object for each event, with the moment as ``time``, ISO 8601 in UTC.

    Nothing else reaches the standard output: what experiments and libraries print there goes to the error
    stream while it is open.

    Args:
        stream: where to.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._own: TextIO | None = None
        self._kept: int | None = None

    def __enter__(self) -> Self:
        with suppress(OSError, ValueError, AttributeError):  # a stream without a file, as in a notebook
            number = self._stream.fileno()
            self._stream.flush()
            self._kept = os.dup(number)
            os.dup2(2, number)
            self._own = os.fdopen(os.dup(self._kept), "w", encoding="utf-8", errors="backslashreplace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            self._stream.flush()  # what others printed
            os.dup2(self._kept, self._stream.fileno())
            os.close(self._kept)
            self._kept = None
        if self._own is not None:
            with suppress(OSError):
                self._own.close()
            self._own = None

    def began(self, run: Path, total: int, to_run: int, stored: int) -> None:
        self._say(StartedEvent(str(run), total, to_run, stored))

    def begun(self, experiment: Experiment) -> None:
        self._say(BegunEvent(**_names(experiment)))

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        row = outcome.row
        best = _finite(row.get("best"))
        self._say(
            EndedEvent(
                **_names(Experiment.from_row(row)),
                status=outcome.status,
                reason=str(row["reason"]) if row.get("reason") else None,
                metric=None if best is None else str(row["metric"]),
                best=best,
                seconds=_finite(row.get("wall_s")),
                ran=ran,
                answered=standing.done,
            )
        )

    def note(self, line: str) -> None:
        self._say(NoteEvent(line))

    def finished(self, ending: Ending, run: Path) -> None:
        self._say(
            FinishedEvent(
                run=str(run),
                experiments=ending.standing.total,
                answered=ending.standing.done,
                statuses={status: count for status, count in ending.standing.counts.items() if count},
                seconds=round(ending.seconds, 3),
                why=ending.why or None,
                resume=ending.resume or None,
            )
        )

    def drawn(self, run: Path, figures: int, folder: Path | None) -> None:
        self._say(DrawnEvent(str(run), figures, str(folder) if figures and folder else None))

    def _say(self, event: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"event": EVENTS[type(event)], "time": now} | asdict(event), allow_nan=False)
        with suppress(OSError):  # its reader has left, which does not end the run
            print(line, file=self._own or self._stream, flush=True)


def _names(experiment: Experiment) -> dict[str, Any]:
    e = experiment
    return {
        "key": e.key,
        "trainable": e.trainable,
        "searcher": e.searcher,
        "scheduler": e.scheduler,
        "device": e.device,
        "engine": e.engine,
        "workers": e.workers,
        "repetition": e.repetition,
    }


def _finite(value: Any) -> float | None:
    """Return a number that JSON has; None for all others."""
    return float(value) if value is not None and math.isfinite(value) else None
