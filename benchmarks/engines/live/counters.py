"""Counters of a curve server: what it and its trainers have done, in ``last-run.json`` beside the curves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from results.files import replace_text

FILE = "last-run.json"


@dataclass
class Counts:
    """Epochs that have been trained, and their seconds.

    Attributes:
        trained: epochs, each once.
        again: epochs that were trained once more, since no checkpoint of them was left.
        seconds: of the trainings.
    """

    trained: int = 0
    again: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Counters:
    """Counts of the work of a curve server and its trainers.

    Attributes:
        trainers: how many there were.
        seconds: from the server's start to its end.
        busy_s: seconds that trainers had a task, summed over them.
        trained: epochs, each once.
        again: epochs that were trained once more for lack of a checkpoint.
        training_s: seconds of the trainings.
        server_s: processor time of the server's thread.
    """

    trainers: int
    seconds: float
    busy_s: float
    trained: int
    again: int
    training_s: float
    server_s: float

    @property
    def busy(self) -> float:
        """Share of the time that the trainers had a task."""
        return self.busy_s / (self.trainers * self.seconds) if self.seconds else 0.0

    def write(self, folder: Path) -> None:
        """Write them into a folder of curves.

        Raises:
            OSError: if the file cannot be written.
        """
        replace_text(folder / FILE, f"{json.dumps(asdict(self), indent=1)}\n")


def counters(folder: Path) -> Counters:
    """Return the counters of the last run that used a folder of curves.

    Raises:
        OSError: if there are none.
    """
    return Counters(**json.loads((folder / FILE).read_text("utf-8")))
