"""Trainables that write a line for each epoch that they train into a file outside of the run."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune

from benchmarks.suite.registry import trainable

LOG = "COUNTED_EPOCHS"  # the variable with the file's name
EPOCH_S = 0.2


def space() -> dict[str, Any]:
    return {"x": tune.uniform(0.0, 1.0), "lr": tune.loguniform(1e-6, 1.0)}


def note(config: Mapping[str, Any], epoch: int) -> None:
    """Write that an epoch of a configuration was trained."""
    with Path(os.environ[LOG]).open("a") as file:
        file.write(json.dumps([config["x"], epoch]) + "\n")


@trainable("counted", "writes down what it trains", space=space, metric="score", mode="max", mutable=("x",))
class Counted(tune.Trainable):
    """Adds up what it draws."""

    def setup(self, config: dict[str, Any]) -> None:
        self.epoch, self.score = 0, 0.0

    def step(self) -> dict[str, Any]:
        time.sleep(EPOCH_S)
        self.epoch += 1
        self.score += self.config["x"] * float(np.random.random())  # noqa: NPY002 - as a user draws
        note(self.config, self.epoch)
        return {"score": self.score}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps([self.epoch, self.score]))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        self.epoch, self.score = json.loads(Path(checkpoint, "state.json").read_text())

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config, self.epoch, self.score = new_config, 0, 0.0
        return True


@trainable("counted-function", "the same, a function", space=space, metric="score", mode="max")
def counted_function(config: dict[str, Any]) -> None:
    score = 0.0
    for epoch in range(1, 1000):
        time.sleep(EPOCH_S)
        score += config["x"] * float(np.random.random())  # noqa: NPY002
        note(config, epoch)
        tune.report({"score": score})
