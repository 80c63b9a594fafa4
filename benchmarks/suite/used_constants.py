"""Measured constants that trainables of a run have, in all of its processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.suite.measured import Measured
from benchmarks.suite.specs import Spec
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.user_files import announce, announced

S = TypeVar("S", bound=Spec)
_KIND = "constants"  # announced as parts are: NAME=FILE


def files() -> dict[str, Path]:
    """Return the files of measured constants that are used, by the trainables that have them."""
    return {name: Path(path) for name, _, path in (part.partition("=") for part in announced(_KIND))}


def announce_file(trainable: str, path: Path) -> None:
    """Let this process and those to come use a file for a trainable, an absolute path."""
    announce(_KIND, f"{trainable}={path}")


def with_constants(spec: S) -> S:
    """Return a trainable with the measured constants that are used for it; anything else as it is.

    Raises:
        NotMeasured: if their file cannot be read.
    """
    path = files().get(spec.name)
    if path is None or not isinstance(spec, TrainableSpec) or spec.constants is not None:
        return spec
    measured: Any = Measured.read(path)
    return replace(spec, constants=measured)
