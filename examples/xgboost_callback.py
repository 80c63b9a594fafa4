"""XGBoost with Ray's own callback: an epoch is a boosting round."""

from pathlib import Path

import xgboost
from ray import tune
from ray.tune.integration.xgboost import TuneReportCheckpointCallback
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from tunegrid import trainable

SPACE = {"eta": tune.loguniform(1e-3, 0.5), "max_depth": tune.randint(1, 10)}


@trainable("xgboost", "boosted trees", space=SPACE, metric="loss", mode="min", checkpoints=True)
def train(config):
    x, x_val, y, y_val = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)
    start = None
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            start = xgboost.Booster(model_file=Path(folder, "model.ubj"))
    xgboost.train(
        {"objective": "binary:logistic", "nthread": 1, **config},
        xgboost.DMatrix(x, y),
        num_boost_round=10_000,  # the budget's epochs stop it
        evals=[(xgboost.DMatrix(x_val, y_val), "validation")],
        verbose_eval=False,
        xgb_model=start,
        callbacks=[TuneReportCheckpointCallback({"loss": "validation-logloss"}, frequency=1)],
    )
