"""A plug-in whose trainables never misbehave: what is killed and crowded, and who lives next door.

``calm`` takes ``TUNEGRID_CALM_PACE`` real seconds an epoch (default: none), ``brief`` none at all.  Both
report numbers that depend on the configuration and the epoch alone, on both engines.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ray import tune

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import Capability, trainable

PACE_S = float(os.environ.get("TUNEGRID_CALM_PACE", "0"))


def score(config: Mapping[str, Any], epoch: int) -> float:
    """Return what an epoch reports: it rises towards x."""
    return float(config["x"]) * (1 - 0.5**epoch)


class CalmCurves(CurveModel):
    """The curves of ``calm``; a step takes real time, so that a run can be met in the midst of it."""

    def __init__(self, place: Place) -> None:
        pass

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        time.sleep(PACE_S)
        return Epoch(state + 1, {"score": score(config, state + 1)}, 1.0)


class Calm(tune.Trainable):
    """The same for real, with checkpoints and a test metric."""

    def setup(self, config: dict[str, Any], session: Any) -> None:
        self.epoch = 0

    def step(self) -> dict[str, float]:
        self.epoch += 1
        time.sleep(PACE_S)
        return {"score": score(self.config, self.epoch)}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps({"epoch": self.epoch}))

    def load_checkpoint(self, checkpoint: str) -> None:
        self.epoch = json.loads(Path(checkpoint, "state.json").read_text())["epoch"]

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config, self.epoch = new_config, 0
        return True

    def test(self) -> dict[str, float]:
        return {"test_score": score(self.config, self.epoch)}


FIELDS: dict[str, Any] = {
    "space": lambda: {"x": tune.uniform(0.0, 1.0), "lr": tune.loguniform(1e-6, 1.0)},
    "metric": "score",
    "mode": "max",
    "curves": CalmCurves,
    "mutable": ("x", "lr"),
    "chance": False,
    "hidden": True,
    "provides": frozenset({Capability.CHECKPOINTS, Capability.MUTABLE}),
}
trainable("calm", "never misbehaves", test_metric="test_score", **FIELDS)(Calm)


@trainable("brief", "reports once and is over", **FIELDS | {"curves": None, "provides": frozenset()})
def brief(config: dict[str, Any], session: Any) -> None:
    tune.report({"score": score(config, 1)})
