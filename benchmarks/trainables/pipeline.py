"""A scikit-learn pipeline whose model is a hyperparameter: three branches, each with its own.

The fidelity is the number of training examples: in epoch e of nine the pipeline is fitted anew on the first
e ninths of them.  Each repetition puts them into another order, the same for all configurations.

Nothing is carried from one epoch to the next but its number, so that is all that a checkpoint holds: the
pipeline of any epoch can be fitted again, and no file has to be trusted as a pickle must.

Reference values: the best recorded accuracy and that of random search are in the data card of the tables;
published is 0.81, of a support vector machine on a test set of its own (Hill et al., 2007, BMC
Bioinformatics 8:340).
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.core.seeding import derive
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.session import Session
from benchmarks.trainables._tabular_data import TABLES, loader
from benchmarks.training.seeded import Config, seed_of
from benchmarks.training.splits import stratified_order

EPOCHS = 9
TREES = 10
STEPS = 100  # of the optimizer of logistic regression; scikit-learn's default
EPOCH_FILE = "epoch.json"


def space() -> Mapping[str, Any]:
    """Return a space of a scaling and a model; what else is tuned depends on the model."""
    logistic = {"kind": "logistic", "c": tune.loguniform(1e-4, 1e3)}
    svm = {"kind": "svm", "c": tune.loguniform(1e-2, 1e3), "gamma": tune.loguniform(1e-5, 10)}
    forest = {
        "kind": "forest",
        "max_features": tune.uniform(0.02, 0.6),
        "min_samples_leaf": tune.lograndint(1, 33),
        "criterion": tune.choice(["gini", "entropy"]),
    }
    return {
        "scaling": tune.choice(["range", "standard", "robust"]),
        "model": tune.choice([logistic, svm, forest]),
    }


TABLE = Recorded("pipeline-cells", space)


@trainable(
    "pipeline-cells",
    "a scikit-learn pipeline on cells: scaling, a choice of model with its own, more data each epoch",
    space=space,
    load=loader("cells"),
    curves=TABLE,
    constants=TABLE.constants,
    source=TABLES["cells"].source,
    metric="val_accuracy",
    examples_val=TABLES["cells"].examples_val,
    mode="max",
    test_metric="test_accuracy",
    most_epochs=EPOCHS,
    provides=frozenset({Capability.CHECKPOINTS}),
    requires=("scikit-learn",),
)
class PipelineCells(tune.Trainable):
    """Scaling, then logistic regression, a support vector machine or a random forest; a step fits it anew."""

    @classmethod
    def prepare(cls, session: Session) -> None:
        """Import scikit-learn before an experiment's clock starts."""
        import sklearn.ensemble
        import sklearn.linear_model
        import sklearn.pipeline
        import sklearn.preprocessing
        import sklearn.svm  # noqa: F401

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        """Prepare the first trial; ``session`` comes by ``tune.with_parameters``."""
        self._session, self._arrays = session, session.arrays()
        seed = derive("examples", session.trainable, session.repetition)
        self._order = stratified_order(self._arrays["y_train"], seed)
        self.reset_config(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Start a new trial in this actor; it equals one in a fresh process."""
        self._config, self._epoch, self._fitted = new_config, 0, None
        return True

    def step(self) -> dict[str, float]:
        """Fit the pipeline on a ninth more of the training examples, then validate."""
        self._epoch += 1
        self._fitted = self._fit()
        return {"val_accuracy": self._accuracy("val")}

    def test(self) -> dict[str, float]:
        """Return the accuracy on the test split; asked of the incumbent only, never part of a result."""
        if self._fitted is None:
            self._fitted = self._fit()
        return {"test_accuracy": self._accuracy("test")}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write the number of the epoch."""
        Path(checkpoint_dir, EPOCH_FILE).write_text(json.dumps({"epoch": self._epoch}))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        """Continue after a checkpoint's epoch."""
        self._epoch = int(json.loads(Path(checkpoint, EPOCH_FILE).read_text())["epoch"])
        self._fitted = None

    def _fit(self) -> Any:
        """Return the pipeline fitted on the examples of this epoch."""
        from sklearn.exceptions import ConvergenceWarning

        chosen = self._examples()
        pipeline = build(self._config, seed_of(self._session, self._config, "forest") % 2**32)
        with warnings.catch_warnings():  # a bad scaling is tried too: that it converges slowly is its result
            warnings.simplefilter("ignore", ConvergenceWarning)
            return pipeline.fit(self._arrays["x_train"][chosen], self._arrays["y_train"][chosen])

    def _examples(self) -> npt.NDArray[np.int64]:
        """Return the indices of this epoch's training examples."""
        return self._order[: -(-len(self._order) * self._epoch // EPOCHS)]

    def _accuracy(self, split: str) -> float:
        assert self._fitted is not None, "it is fitted before"
        predicted: npt.NDArray[Any] = self._fitted.predict(self._arrays[f"x_{split}"])
        return float(np.mean(predicted == self._arrays[f"y_{split}"]))


def build(config: Config, seed: int) -> Any:
    """Return the pipeline of a configuration, not fitted yet; ``seed`` is the forest's."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    scalings: dict[str, Any] = {
        "range": MinMaxScaler(),
        "standard": StandardScaler(),
        "robust": RobustScaler(),
    }
    return make_pipeline(scalings[config["scaling"]], model(config["model"], seed))


def model(config: Config, seed: int) -> Any:
    """Return the model of a branch of the space."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

    if config["kind"] == "logistic":
        return LogisticRegression(C=config["c"], max_iter=STEPS)
    if config["kind"] == "svm":
        return SVC(C=config["c"], gamma=config["gamma"])
    return RandomForestClassifier(
        TREES,
        max_features=config["max_features"],
        min_samples_leaf=int(config["min_samples_leaf"]),
        criterion=config["criterion"],
        random_state=seed,
    )
