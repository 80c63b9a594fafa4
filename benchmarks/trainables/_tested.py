"""Simulated trainables whose curves have a test metric, which the method ``test`` alone reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.trainables._simulated import Simulated


class TestedSimulated(Simulated):
    """A simulated trial that keeps the test metric of its last epoch for ``test``."""

    __test__ = False  # it is no test of pytest's
    measured: ClassVar[str]  # the test metric, as its curves name it

    def step(self) -> dict[str, float]:
        report = dict(super().step())
        self.tested = report.pop(self.measured)
        return report

    def test(self) -> dict[str, float]:
        """Return the test metric after the last epoch."""
        return {self.measured: self.tested}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        super().save_checkpoint(checkpoint_dir)
        Path(checkpoint_dir, "test.json").write_text(json.dumps(self.tested))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        super().load_checkpoint(checkpoint)
        self.tested = float(json.loads(Path(checkpoint, "test.json").read_text()))


def tested_class(name: str, home: str, curves: Any, test_metric: str) -> type[TestedSimulated]:
    """Return a class of simulated trials.

    Args:
        name: of the class.
        home: the module that it belongs to.
        curves: from a place to its curve model.
        test_metric: of the curves.
    """
    attributes = {"__module__": home, "curves": staticmethod(curves), "measured": test_metric}
    return type(name, (TestedSimulated,), attributes)
