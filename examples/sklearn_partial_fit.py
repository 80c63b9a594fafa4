"""scikit-learn, an estimator with ``partial_fit``: an epoch is a pass over the data."""

import pickle
import tempfile
from pathlib import Path

import numpy as np
from ray import tune
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

from tunegrid import trainable

SPACE = {"alpha": tune.loguniform(1e-6, 1e-1), "eta0": tune.loguniform(1e-5, 1e-1)}


@trainable(
    "sgd-digits", "linear model on digits", space=SPACE, metric="accuracy", mode="max", checkpoints=True
)
def train(config):
    x, x_val, y, y_val = train_test_split(*load_digits(return_X_y=True), random_state=0)
    model = SGDClassifier(learning_rate="constant", **config)
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            model = pickle.loads(Path(folder, "model").read_bytes())
    while True:  # the budget's epochs stop it
        model.partial_fit(x, y, classes=np.arange(10))
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "model").write_bytes(pickle.dumps(model))
            tune.report(
                {"accuracy": model.score(x_val, y_val)}, checkpoint=tune.Checkpoint.from_directory(folder)
            )
