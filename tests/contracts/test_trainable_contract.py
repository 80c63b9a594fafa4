"""Our own trainables keep the contract; a plug-in's are tested where it tests itself."""

from __future__ import annotations

import pytest

from benchmarks.suite.registry import TRAINABLES
from benchmarks.testing import TrainableContract

#: Each takes tens of seconds, and is made as a quicker one is: mnist-convnet, ppo-cartpole.
LONG = ("fashion-convnet", "ppo-acrobot")


class TestTrainables(TrainableContract):
    name = "*"

    @classmethod
    def names(cls) -> list[str]:
        ours = [name for name in super().names() if TRAINABLES[name].origin.startswith("benchmarks.")]
        return [name for name in ours if name not in LONG]


@pytest.mark.slow
class TestLongTrainables(TrainableContract):
    name = "*"

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in super().names() if name in LONG]


class TestProbe(TrainableContract):
    name = "probe"


class TestHiddenOfCoco(TrainableContract):
    """One stands for hundreds."""

    name = "bbob-mixint-f15-d05"
