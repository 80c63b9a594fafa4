"""Constants of the tasks that ship without a table: what random configurations were measured to reach."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from benchmarks.suite.measured import SUFFIX, Measured
from benchmarks.suite.reference import Reference


class MeasuredConstants:
    """The constants in ``NAME.constants.toml`` beside this file, as ``tunegrid constants NAME`` writes it.

    Trials of more epochs than were measured are compared with those of the most that were.

    Args:
        trainable: whose they are.
    """

    def __init__(self, trainable: str) -> None:
        self.path = Path(__file__).with_name(f"{trainable}{SUFFIX}")

    def __call__(self, epochs: int | None = None) -> Reference:
        """Return the reference of trials of ``epochs`` epochs; None: of all that were measured.

        Raises:
            NotMeasured: if the file is missing or damaged.
        """
        known = self.measured.epochs
        return self.measured(min(epochs or known, known))

    @cached_property
    def measured(self) -> Measured:
        """What the file holds, read once a process."""
        return Measured.read(self.path)
