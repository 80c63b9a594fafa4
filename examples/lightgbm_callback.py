"""LightGBM with Ray's own callback: an epoch is a boosting round."""

from pathlib import Path

import lightgbm
from ray import tune
from ray.tune.integration.lightgbm import TuneReportCheckpointCallback
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from tunegrid import trainable

SPACE = {"learning_rate": tune.loguniform(1e-3, 0.5), "num_leaves": tune.randint(2, 64)}


@trainable("lightgbm", "boosted trees", space=SPACE, metric="loss", mode="min", checkpoints=True)
def train(config):
    x, x_val, y, y_val = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)
    start = None
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            start = lightgbm.Booster(model_file=Path(folder, "model.txt"))
    data = lightgbm.Dataset(x, y)
    lightgbm.train(
        {"objective": "binary", "num_threads": 1, "verbose": -1, **config},
        data,
        num_boost_round=10_000,  # the budget's epochs stop it
        valid_sets=[lightgbm.Dataset(x_val, y_val, reference=data)],
        init_model=start,
        callbacks=[TuneReportCheckpointCallback({"loss": "valid_0-binary_logloss"}, frequency=1)],
    )
