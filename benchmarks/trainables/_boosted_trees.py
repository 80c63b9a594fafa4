"""Gradient boosting with LightGBM, a few rounds an epoch, as a trainable that any scheduler can pause.

Each epoch is a booster of its own that begins where the epochs before it have ended: the sums of their
scores are its initial scores.  What it draws (bagging, features, random thresholds) comes from a seed of the
epoch.  So a trial that goes on from a checkpoint equals one that never rested, bit for bit; a single booster
that draws on from where it was could not be saved, since LightGBM's model text has no random state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.suite.session import Session
from benchmarks.training.seeded import seed_of

if TYPE_CHECKING:
    import lightgbm

Scores = npt.NDArray[np.float64]  # raw: (n,) of two classes, log odds of the second; else (n, classes)

#: One thread, and the same sums whatever the machine.  Data sets are small: what LightGBM would leave out
#: beforehand depends on hyperparameters that may change while a trial trains.
ALWAYS: Mapping[str, Any] = {
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "feature_pre_filter": False,
    "bagging_freq": 1,
    "verbosity": -1,
}
ROUNDS = 6  # of an epoch
WORST = 2.0  # reported loss, in losses of guessing; without regularisation it may have no bound
SEEDS = 2**31  # LightGBM's seeds are 32-bit integers


def space() -> Mapping[str, Any]:
    """Return a space of nine hyperparameters, of which a tree's own depends on how it is limited."""
    leaves = {"limit": "leaves", "leaves": tune.lograndint(4, 65)}
    depth = {"limit": "depth", "depth": tune.randint(2, 8)}
    return {
        "learning_rate": tune.loguniform(0.02, 1),
        "tree": tune.choice([leaves, depth]),
        "thresholds": tune.choice(["best", "random"]),
        "min_child_samples": tune.lograndint(2, 129),
        "lambda_l2": tune.loguniform(1e-3, 1e3),
        "feature_fraction": tune.uniform(0.2, 1),
        "bagging_fraction": tune.uniform(0.3, 1),
        "max_bin": tune.lograndint(8, 256),
    }


class BoostedTrees(tune.Trainable):
    """Boosts trees on log loss; one step is six rounds, each a tree a class (one tree of two classes).

    The arrays are those of ``_tabular_data.load``.
    """

    @classmethod
    def prepare(cls, session: Session) -> None:
        """Import LightGBM before an experiment's clock starts."""
        import lightgbm  # noqa: F401

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        """Prepare the first trial; ``session`` comes by ``tune.with_parameters``."""
        self._session, self._arrays = session, session.arrays()
        self._classes = int(self._arrays["y_train"].max()) + 1
        self.reset_config(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Start a new trial in this actor; it equals one in a fresh process."""
        import lightgbm

        self._config, self._models = new_config, list[str]()
        self._scores: dict[str, Scores] = {}
        self._last: lightgbm.Booster | None = None
        self._tested = 0  # models that the scores of the test examples include
        self._binned = lightgbm.Dataset(
            self._arrays["x_train"],
            self._arrays["y_train"],
            categorical_feature=np.flatnonzero(self._arrays["categorical"]).tolist(),
            params=dict(ALWAYS) | {"max_bin": int(new_config["max_bin"])},
        )
        return True

    def step(self) -> dict[str, float]:
        """Boost for one epoch, then validate."""
        import lightgbm

        seed = seed_of(self._session, self._config, "rounds", len(self._models)) % SEEDS
        if self._models:
            self._binned.set_init_score(self._scores["train"])
        booster = lightgbm.Booster(self._parameters(seed), self._binned)
        for _ in range(ROUNDS):
            booster.update()
        self._models.append(booster.model_to_string())
        self._last = booster
        for split in ("train", "val"):
            self._add(booster, split)
        loss, accuracy = self._measured("val")
        return {"val_loss": loss, "val_accuracy": accuracy, "train_loss": self._measured("train")[0]}

    def test(self) -> dict[str, float]:
        """Return loss and accuracy on the test split; asked of the incumbent only, never part of a result."""
        import lightgbm

        behind = len(self._models) - self._tested
        if behind == 1 and self._last is not None:  # a recording tests after every epoch
            self._add(self._last, "test")
        else:
            for text in self._models[self._tested :]:
                self._add(lightgbm.Booster(model_str=text), "test")
        self._tested = len(self._models)
        loss, accuracy = self._measured("test")
        return {"test_loss": loss, "test_accuracy": accuracy}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write each epoch's rounds as a model of LightGBM, in its text format; raw scores are their sum."""
        for epoch, text in enumerate(self._models, 1):
            Path(checkpoint_dir, f"epoch-{epoch:04}.txt").write_text(text)

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        """Continue from a checkpoint's trees with this trial's own hyperparameters.

        Raises:
            lightgbm.basic.LightGBMError: if a file is no model of LightGBM.
        """
        import lightgbm

        self._models = [path.read_text() for path in sorted(Path(checkpoint).glob("epoch-*.txt"))]
        self._scores, self._tested, self._last = {}, 0, None
        for text in self._models:
            booster = lightgbm.Booster(model_str=text)
            for split in ("train", "val"):
                self._add(booster, split)

    def _parameters(self, seed: int) -> dict[str, Any]:
        """Return LightGBM's parameters of an epoch."""
        config, tree = self._config, self._config["tree"]
        deep = tree["limit"] == "depth"
        many = self._classes > 2
        return {
            **ALWAYS,
            "objective": "multiclass" if many else "binary",
            **({"num_class": self._classes} if many else {}),
            "seed": seed,
            "max_depth": int(tree["depth"]) if deep else -1,
            "num_leaves": 2 ** int(tree["depth"]) if deep else int(tree["leaves"]),
            "extra_trees": config["thresholds"] == "random",
            "learning_rate": float(config["learning_rate"]),
            "lambda_l2": float(config["lambda_l2"]),
            "feature_fraction": float(config["feature_fraction"]),
            "bagging_fraction": float(config["bagging_fraction"]),
            "min_child_samples": int(config["min_child_samples"]),
            "max_bin": int(config["max_bin"]),
        }

    def _add(self, booster: lightgbm.Booster, split: str) -> None:
        """Add the scores of an epoch's trees to those of the epochs before it."""
        more = np.asarray(booster.predict(self._arrays[f"x_{split}"], raw_score=True))
        self._scores[split] = self._scores[split] + more if split in self._scores else more

    def _measured(self, split: str) -> tuple[float, float]:
        """Return (mean log loss, accuracy) on a split."""
        return measured(self._scores[split], self._arrays[f"y_{split}"])


def measured(scores: Scores, labels: npt.NDArray[Any]) -> tuple[float, float]:
    """Return (mean log loss, accuracy) of raw scores.

    A loss above twice that of guessing, log(classes), is reported as that: boosting has diverged, and how far
    says nothing.
    """
    if scores.ndim == 1:
        scores = np.stack([np.zeros_like(scores), scores], axis=1)
    all_classes: Scores = np.logaddexp.reduce(scores, axis=1)
    own = scores[np.arange(len(labels)), labels]
    loss = min(float((all_classes - own).mean()), WORST * math.log(scores.shape[1]))
    return loss, float((scores.argmax(1) == labels).mean())
