"""Measured constants of a trainable: what random configurations reach, in a file beside it.

``train_fn.constants.toml`` holds the value of each configuration after each epoch, the best value known after
each, and the version of the trainable: with another version they are not used.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np

from benchmarks.core.refusal import SpecError
from benchmarks.suite.reference import Reference
from results.files import replace_bytes

SUFFIX = ".constants.toml"
_REMEDY = "delete it, and measure again: tunegrid constants"
_ABOUT = {
    "version": "of the trainable that was trained; another one has to be measured again",
    "source": "what was trained for it",
    "seconds": "mean of a configuration's training up to the end of each epoch",
    "best": "the best value known after each epoch, random or not",
    "values": "of random configurations, a line each, after each epoch; nan: it failed or diverged",
}


class NotMeasured(ValueError):
    """A file of constants that cannot be used; the message is one line."""


@dataclass(frozen=True)
class Measured:
    """Distribution of what random configurations of a trainable reach.

    Called with a number of epochs it returns the reference of trials of that many, as ``constants`` of a
    trainable do.

    Attributes:
        trainable, version: what was trained.
        metric, mode: of ``values``.
        source: of the values, in words.
        seconds: shape (epochs,), see the file; empty if unknown.
        best: shape (epochs,).
        values: shape (configurations, epochs).
    """

    trainable: str
    version: str
    metric: str
    mode: str
    source: str
    seconds: tuple[float, ...]
    best: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]

    @property
    def epochs(self) -> int:
        """The most epochs that are known."""
        return len(self.best)

    def __call__(self, epochs: int | None = None) -> Reference:
        """Return the reference of trials of ``epochs`` epochs; None: of all that are known.

        Raises:
            SpecError: if more epochs are asked for than are known, or no score can be made of them.
        """
        horizon = epochs or self.epochs
        if horizon > self.epochs:
            raise SpecError(
                f"constants are known of {self.epochs} epochs, not of {horizon}; measure them again"
            )
        reached = np.array([row[horizon - 1] for row in self.values])
        if not np.isfinite(reached).any():
            raise SpecError(f"constants: no configuration has a {self.metric} after {horizon} epochs")
        seconds = self.seconds[horizon - 1] if self.seconds else None
        return Reference.of_sample(reached, self.best[horizon - 1], self.mode == "max", seconds)

    def write(self, path: Path) -> None:
        """Write the file."""
        replace_bytes(path, self._text().encode())

    def _text(self) -> str:
        lines = [f"# Constants of {self.trainable}, as tunegrid constants has measured them.", ""]
        for name, value in asdict(self).items():
            lines += [f"# {about}" for about in [_ABOUT.get(name)] if about]
            if name == "values":
                lines += ["values = [", *(f"  {_row(row)}," for row in value), "]"]
            else:
                lines.append(f"{name} = {_row(value) if isinstance(value, tuple) else json.dumps(value)}")
        text = "\n".join([*lines, ""])
        return f"{text}# sha256 of all above: {_digest(text)}\n"

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a file holds.

        Raises:
            NotMeasured: if it cannot be read, is damaged or was changed.
        """
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise NotMeasured(f"{path} cannot be read: {error}; {_REMEDY}") from error
        above, _, checksum = text.rpartition("# sha256 of all above: ")
        if checksum.strip() != _digest(above):
            raise NotMeasured(f"{path} was changed or damaged; {_REMEDY}")
        content = tomllib.loads(above)
        return cls(**{each.name: _frozen(content[each.name]) for each in fields(cls)})


def _row(values: tuple[float, ...]) -> str:
    return f"[{', '.join(_number(value) for value in values)}]"


def _number(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else "nan"


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
