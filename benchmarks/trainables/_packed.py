"""Arrays that ship with the package as an ``.npz`` file, verified by its SHA-256."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.core.errors import DataError

Arrays = dict[str, npt.NDArray[Any]]

FOLDER = Path(__file__).with_name("data")


class Packed(NamedTuple):
    """A file of arrays in the folder ``data``: its name there and its SHA-256."""

    name: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.name

    def read(self, path: Path | None = None) -> Arrays:
        """Return the arrays by their names.

        Args:
            path: of a copy, instead of the file that ships.

        Raises:
            DataError: if it is missing, or its content is another.
        """
        path = path or self.path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}; install the package again") from error
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise DataError(
                f"{path} is damaged: SHA-256 {found}, expected {self.sha256}; install the package again"
            )
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}


def only_subset(data: str, of: str) -> None:
    """Raise DataError unless the data asked for are those that ship.

    Args:
        data: as ``load`` of a trainable is given it.
        of: whose they are, for the message.
    """
    if data != "subset":
        raise DataError(f"unknown data {data!r} for {of}; what ships is the 'subset'")
