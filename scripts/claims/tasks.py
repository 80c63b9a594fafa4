"""Tasks of the claims, with the differences that have no practical weight on them."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.suite.registry import TRAINABLES


@dataclass(frozen=True)
class ClaimTask:
    """A task, and its margin.

    Attributes:
        name: of the trainable.
        margin: of the tuned metric, in its own unit; declared once, before any of the claims' data.
        images: of the validation set; 0 for a function.
        held_out: images of the test set.
    """

    name: str
    margin: float
    images: int = 0
    held_out: int = 0

    @property
    def sign(self) -> float:
        """1 if more of the metric is better, else -1."""
        return 1.0 if TRAINABLES[self.name].mode == "max" else -1.0

    @property
    def words(self) -> str:
        """Margin and unit, for people."""
        if not self.images:
            return f"{self.name} {self.margin:g} of its loss"
        count = self.margin * self.images
        return f"{self.name} {self.margin:.3g} accuracy ({count:.2g} of {self.images} validation images)"


DIGITS = ClaimTask("digits-mlp", 1 / 360, 360, 360)
CONVNET = ClaimTask("mnist-convnet", 0.002, 2000, 2000)
WIDE = ClaimTask("mnist-wide", 0.001, 2000, 2000)
HARTMANN = ClaimTask("hartmann6", 0.2)
MIXED = ClaimTask("mixed-ackley", 0.5)

TABLES = (DIGITS, CONVNET, WIDE)
FUNCTIONS = (HARTMANN, MIXED)
ALL = (*TABLES, *FUNCTIONS)


def margins(tasks: tuple[ClaimTask, ...]) -> str:
    """Return the margins of the tasks in words."""
    return ", ".join(task.words for task in tasks)
