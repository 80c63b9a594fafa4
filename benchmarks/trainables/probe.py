"""Made-up learning curves that cost nothing: they probe what a combination does, and measure nothing.

Three of them: as they are, as a loss to be minimised, and with a third of the trials failing.  With the data
"mirrored" they are upside down under the same seeds: what a searcher then proposes differs by what it has
learned alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune

from benchmarks.registry import Capability, trainable
from benchmarks.seeding import derive
from benchmarks.session import Session

RISE = 0.4  # of what is left to gain, each epoch


def space() -> dict[str, Any]:
    """A logarithmic, a linear, an integer and a categorical hyperparameter."""
    return {
        "lr": tune.loguniform(1e-4, 1.0),
        "momentum": tune.uniform(0.0, 0.9),
        "units": tune.randint(4, 65),
        "activation": tune.choice(["relu", "tanh"]),
    }


def quality(config: Mapping[str, Any]) -> float:
    """Return where a configuration's curve ends, in [0, 1]; best at a learning rate of 0.01."""
    off: float = abs(math.log10(config["lr"]) + 2) / 2
    small: float = (64 - config["units"]) / 60
    momentum: float = config["momentum"]
    again: float = 0.05 * config.get("__trial_index__", 0)  # trained once more, a repeater's trial differs
    relu: bool = config["activation"] == "relu"
    return 1 - again - 0.6 * off - 0.2 * momentum - 0.15 * small - 0.02 * relu


def load(data: str, train_size: int, data_dir: str | None) -> dict[str, Any]:
    """Return which way up the curves are."""
    return {"mirrored": np.array(data == "mirrored")}


OFFERS: dict[str, Any] = {
    "space": space,
    "load": load,
    "datasets": ("subset", "mirrored"),
    "metric": "score",
    "mode": "max",
    "mutable": ("lr", "momentum"),
    "provides": frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    "chance": False,
    "hidden": True,
}


@trainable("probe", "made-up learning curves that cost nothing", **OFFERS)
class Probe(tune.Trainable):
    """A curve that rises towards the quality of the configuration that trains it."""

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        self.epoch, self.score = 0, 0.0
        self.mirrored = bool(session.arrays().get("mirrored", False))

    def step(self) -> dict[str, float]:
        self.epoch += 1
        goal = quality(self.config)
        self.score += RISE * ((1 - goal if self.mirrored else goal) - self.score)
        return {"score": self.score, "cpus": self.cpus()}

    def cpus(self) -> float:
        """Return the CPUs that Tune has granted this trial; 0 outside of Tune."""
        granted: Any = self.trial_resources
        return float(granted.required_resources["CPU"]) if self._trial_info else 0.0

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps([self.epoch, self.score]))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        self.epoch, self.score = json.loads(Path(checkpoint, "state.json").read_text())

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config = new_config
        self.epoch, self.score = 0, 0.0
        return True


@trainable("probe-min", "the probe's curves as a loss", **OFFERS | {"mode": "min"})
class Loss(Probe):
    def step(self) -> dict[str, float]:
        result = super().step()
        return result | {"score": -result["score"]}


@trainable(
    "probe-failing", "the probe's curves; a third of the trials fails at once or after an epoch", **OFFERS
)
class Failing(Probe):
    def step(self) -> dict[str, float]:
        fate = derive("fate", {name: self.config[name] for name in ("units", "activation")})
        if fate % 3 == 0 and self.epoch == fate // 3 % 2:
            raise ValueError("planted fault")
        return super().step()
