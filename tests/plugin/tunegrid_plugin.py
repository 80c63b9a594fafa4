"""A third party's trainables, found by entry point: a free one, and one for each way to fail."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune

from benchmarks.core.seeding import derive
from benchmarks.suite.registry import Capability, trainable


def space() -> dict[str, Any]:
    return {"x": tune.uniform(0.0, 1.0), "lr": tune.loguniform(1e-6, 1.0)}


OFFERS: dict[str, Any] = {
    "space": space,
    "metric": "score",
    "mode": "max",
    "mutable": ("x", "lr"),
    "chance": False,
    "provides": frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
}


class Free(tune.Trainable):
    """A trial that costs nothing: its score rises towards x."""

    def setup(self, config: dict[str, Any], session: Any) -> None:
        self.session = session
        self.epoch = 0

    def step(self) -> dict[str, float]:
        self.epoch += 1
        self.misbehave()
        return {"score": self.config["x"] * (1 - 0.5**self.epoch)}

    def misbehave(self) -> None:
        """Nothing wrong here."""

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps({"epoch": self.epoch}))

    def load_checkpoint(self, checkpoint: str) -> None:
        self.epoch = json.loads(Path(checkpoint, "state.json").read_text())["epoch"]

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config = new_config
        self.epoch = 0
        return True


trainable("free", "costs nothing", **OFFERS)(Free)


@trainable("raises", "raises at epoch 2 in half of its trials", **OFFERS)
class Raises(Free):
    def misbehave(self) -> None:
        if self.epoch == 2 and self.config["x"] > 0.5:
            raise ValueError("planted fault at epoch 2")


@trainable("raises-always", "raises at epoch 1", **OFFERS)
class RaisesAlways(Free):
    def misbehave(self) -> None:
        raise ValueError("planted fault at epoch 1")


@trainable("nan", "reports NaN in half of its trials", **OFFERS)
class NotANumber(Free):
    def step(self) -> dict[str, float]:
        result = super().step()
        return {"score": math.nan} if derive("nan", self.config["x"], self.config["lr"]) % 2 else result


@trainable("killed", "is killed by SIGKILL at epoch 2 in some trials", **OFFERS)
class Killed(Free):
    def misbehave(self) -> None:
        if self.epoch == 2 and self.config["x"] > 0.7:
            os.kill(os.getpid(), signal.SIGKILL)


@trainable("hangs", "never ends its second epoch", **OFFERS)
class Hangs(Free):
    def misbehave(self) -> None:
        if self.epoch == 2:
            time.sleep(10_000)


@trainable("slow", "takes a third of a second an epoch", **OFFERS)
class Slow(Free):
    def misbehave(self) -> None:
        time.sleep(0.3)


PREPARING_S = 5.0


@trainable("prepared", "takes seconds to get a process ready, and reports whether that was done", **OFFERS)
class Prepared(Free):
    ready_for = ""

    @classmethod
    def prepare(cls, session: Any) -> None:
        if cls.ready_for != session.trainable:
            time.sleep(PREPARING_S)
            cls.ready_for = session.trainable

    def step(self) -> dict[str, Any]:
        return super().step() | {"ready": float(self.ready_for == self.session.trainable)}


@trainable("cpus", "reports the CPUs that Tune has granted it; half of its trials end early", **OFFERS)
class Cpus(Free):
    def step(self) -> dict[str, Any]:
        time.sleep(0.15)
        granted = self.trial_resources
        cpus = granted.required_resources["CPU"] if granted else 0.0
        return super().step() | {"cpus": cpus, "done": self.config["x"] < 0.5 and self.epoch == 3}


@trainable("aborts", "aborts the experiment's own process", **OFFERS)
class Aborts(Free):
    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> Any:
        os.abort()  # Tune calls this in the process of the experiment, not of the trial


@trainable("function", "a plain function trainable", space=space, metric="score", mode="max", chance=False)
def function(config: dict[str, Any], session: Any) -> None:
    for epoch in range(1, 100):
        tune.report({"score": config["x"] * (1 - 0.5**epoch)})


@trainable("slow-function", "takes half a second an epoch", space=space, metric="score", mode="max")
def slow_function(config: dict[str, Any]) -> None:
    for epoch in range(1, 100):
        time.sleep(0.5)
        tune.report({"score": config["x"] * (1 - 0.5**epoch)})


@trainable("dice", "is not deterministic", space=space, metric="score", mode="max")
def dice(config: dict[str, Any]) -> None:
    for _ in range(100):
        tune.report({"score": config["x"] + random.SystemRandom().random()})


def draw() -> float:
    """Draw from all global generators, as a user's function does who knows nothing of seeds."""
    import torch

    return random.random() + float(np.random.random()) + float(torch.rand(1))  # noqa: NPY002


def learn(config: dict[str, Any], *, saves: bool = True, loads: bool = True) -> None:
    """Train by chance from first weights by chance, from the checkpoint if there is one."""
    learned, first = draw(), 0
    if loads and (checkpoint := tune.get_checkpoint()):
        with checkpoint.as_directory() as folder:
            first, learned = json.loads(Path(folder, "state.json").read_text())
    for epoch in range(first + 1, 100):
        learned += config["x"] + config["lr"] * draw()
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "state.json").write_text(json.dumps([epoch, learned]))
            saved = tune.Checkpoint.from_directory(folder) if saves else None
            tune.report({"score": learned}, checkpoint=saved)


SAVES: dict[str, Any] = {name: OFFERS[name] for name in ("space", "metric", "mode", "mutable")}
SAVES["checkpoints"] = True


@trainable("function-saves", "a function that draws from the global generators, and saves and loads", **SAVES)
def function_saves(config: dict[str, Any]) -> None:
    learn(config)


@trainable("function-keeps-nothing", "a function that says it saves and does not", **SAVES)
def function_keeps_nothing(config: dict[str, Any], session: Any) -> None:
    learn(config, saves=False)


@trainable("function-loads-nothing", "a function that says it goes on and begins anew", **SAVES)
def function_loads_nothing(config: dict[str, Any], session: Any) -> None:
    learn(config, loads=False)
