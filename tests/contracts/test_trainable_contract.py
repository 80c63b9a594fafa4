"""Our own trainables keep the contract; a plug-in's are tested where it tests itself."""

from __future__ import annotations

from benchmarks.suite.registry import TRAINABLES
from benchmarks.testing import TrainableContract


class TestTrainables(TrainableContract):
    name = "*"

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in super().names() if TRAINABLES[name].origin.startswith("benchmarks.")]


class TestProbe(TrainableContract):
    name = "probe"


class TestHiddenOfCoco(TrainableContract):
    """One stands for hundreds."""

    name = "bbob-mixint-f15-d05"
