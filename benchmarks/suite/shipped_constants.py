"""Constants of a task that ships without a table: a file that ``tunegrid constants`` has measured."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

from benchmarks.suite.measured import SUFFIX, Measured
from benchmarks.suite.reference import Reference


class ShippedConstants:
    """Measured constants in a file beside a trainable's module.

    ``tunegrid constants NAME`` measures them again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, module: str, name: str) -> Self | None:
        """Return the constants of trainable ``name`` beside its module's file; None before there are any."""
        path = Path(module).with_name(f"{name}{SUFFIX}")
        return cls(path) if path.is_file() else None

    @cached_property
    def measured(self) -> Measured:
        """The file's content.

        Raises:
            NotMeasured: if it is damaged or was changed.
        """
        return Measured.read(self.path)

    def __call__(self, epochs: int | None = None) -> Reference:
        """Return the reference of trials of ``epochs`` epochs; of longer ones that of the most measured."""
        return self.measured(min(epochs or self.measured.epochs, self.measured.epochs))
