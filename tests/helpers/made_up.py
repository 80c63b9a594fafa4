"""A small table of curves that are a formula, with noise of a known size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ray import tune

from benchmarks.curves.recorded.table import write
from benchmarks.record.build import build
from benchmarks.record.design import design
from benchmarks.suite.trainable_spec import TrainableSpec

NOISE, EPOCHS, SEEDS, CONFIGS = 0.02, 9, 3, 200


def space() -> Mapping[str, Any]:
    branch = {"name": "b", "z": tune.uniform(0, 1)}
    return {
        "x": tune.uniform(0, 1),
        "y": tune.loguniform(1e-3, 1),
        "kind": tune.choice([{"name": "a"}, branch]),
    }


SPEC = TrainableSpec(
    "made-up", "a formula", target=tune.Trainable, space=space, metric="val_accuracy", mode="max"
)


def accuracy(config: Mapping[str, Any], epoch: int) -> float:
    """Return what a configuration reaches without noise: better towards x = 1 and the branch b."""
    z = config["kind"].get("z", 0.5)
    end = 0.5 + 0.3 * config["x"] + (0.1 * z if config["kind"]["name"] == "b" else 0.0)
    return float(end * (1 - 0.7**epoch))


def make(folder: Path) -> Path:
    """Write the table and return its folder; with x above 0.95 the fifth epoch diverges."""
    found = design("made-up", space(), CONFIGS)
    chance = np.random.default_rng(0)
    rows = []
    for index, config in enumerate(found.configs):
        for seed in range(SEEDS):
            shift = chance.normal(0, NOISE)  # a seed is better or worse all along
            for epoch in range(1, EPOCHS + 1):
                lost = config["x"] > 0.95 and epoch >= 5
                value = np.clip(accuracy(config, epoch) + shift, 0, 1)
                loss = np.nan if lost else 3 * np.exp(-3 * value)
                rows.append((index, seed, epoch, "e", 0.0, value, loss, lost))
    names = ["config", "seed", "epoch", "environment", "took", "val_accuracy", "val_loss", "diverged"]
    timed = {i: 0.5 + found.configs[i]["x"] for i in range(0, 60)}
    made = {"data": "subset", "train_size": 0}
    frame = pd.DataFrame(rows, columns=names)
    write(folder, build(SPEC, frame, found.configs, found.corners, timed, made))
    return folder
