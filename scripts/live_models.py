"""Models for ``scripts.measure_live``: one whose epoch takes a given time, and one as a user has it."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path
from typing import Any

from ray import tune

from tunegrid import trainable

#: Processor seconds of an epoch of ``steady``; set in the environment, so that it reaches every process.
SECONDS = "TUNEGRID_STEADY_SECONDS"


def space() -> dict[str, Any]:
    """Return the search space of both."""
    return {"lr": tune.loguniform(1e-4, 1.0), "alpha": tune.loguniform(1e-6, 1e-1)}


@trainable("steady", "computes for a second an epoch", space=space, metric="loss", mode="min")
class Steady(tune.Trainable):
    """Its loss falls to a floor that depends on the configuration."""

    def setup(self, config: dict[str, Any]) -> None:
        self.config, self.epochs = config, 0

    def step(self) -> dict[str, Any]:
        end = time.process_time() + float(os.environ.get(SECONDS, "1"))
        while time.process_time() < end:
            sum(range(1000))
        self.epochs += 1
        return {"loss": abs(self.config["lr"] - 0.1) + self.config["alpha"] + 1 / self.epochs}

    def save_checkpoint(self, folder: str) -> None:
        Path(folder, "epochs").write_text(str(self.epochs))

    def load_checkpoint(self, folder: Any) -> None:
        self.epochs = int(Path(folder, "epochs").read_text())

    def reset_config(self, config: dict[str, Any]) -> bool:
        self.setup(config)
        return True


@trainable("users-model", "scikit-learn's MLP on its digits", space=space, metric="accuracy", mode="max")
class UsersModel(tune.Trainable):
    """A class as a user writes it: ten passes over the data are an epoch."""

    def setup(self, config: dict[str, Any]) -> None:
        from sklearn.datasets import load_digits
        from sklearn.neural_network import MLPClassifier

        self.images, self.digits = load_digits(return_X_y=True)
        self.model = MLPClassifier(
            (64,), learning_rate_init=config["lr"], alpha=config["alpha"], solver="sgd", random_state=0
        )

    def step(self) -> dict[str, Any]:
        for _ in range(10):
            self.model.partial_fit(self.images[:1200], self.digits[:1200], classes=range(10))
        return {"accuracy": float(self.model.score(self.images[1200:], self.digits[1200:]))}

    def save_checkpoint(self, folder: str) -> None:
        Path(folder, "model").write_bytes(pickle.dumps(self.model))

    def load_checkpoint(self, folder: Any) -> None:
        self.model = pickle.loads(Path(folder, "model").read_bytes())

    def reset_config(self, config: dict[str, Any]) -> bool:
        self.setup(config)
        return True
