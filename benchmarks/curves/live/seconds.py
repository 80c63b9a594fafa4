"""Seconds measured again: by which factor the seconds of a folder's curves are multiplied.

They are in ``seconds.json`` of the folder, by subject.  The curves keep the seconds of their own trainings,
so that a later measurement replaces an earlier one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from results.errors import ResultsError
from results.files import replace_text

FILE = "seconds.json"


@dataclass(frozen=True)
class Recost:
    """What a sample of epochs took that were trained again, one at a time on an idle machine.

    Attributes:
        trainable: the registered name, for people.
        factor: seconds of the sample now, over those of its first trainings.
        epochs: in the sample.
        low, high: the least and the largest such ratio of an epoch.
    """

    trainable: str
    factor: float
    epochs: int
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"{self.trainable}: {self.epochs} epochs take {self.factor:.2f} times the seconds of their first "
            f"trainings ({self.low:.2f} to {self.high:.2f})"
        )


def recosts(folder: Path) -> dict[str, Recost]:
    """Return what was measured again, by the key of its subject.

    Raises:
        ResultsError: if the file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        return {key: Recost(**values) for key, values in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ResultsError(f"{path} is damaged; delete it, and measure again with --recost") from error


def keep(folder: Path, measured: Mapping[str, Recost]) -> None:
    """Write measurements, in place of earlier ones of the same subjects.

    Raises:
        OSError: if the file cannot be written.
    """
    merged = recosts(folder) | dict(measured)
    text = json.dumps({key: asdict(one) for key, one in sorted(merged.items())}, indent=1)
    replace_text(folder / FILE, f"{text}\n")
