"""scikit-learn, an estimator with ``warm_start``: an epoch is ten more trees."""

import pickle
import tempfile
from pathlib import Path

from ray import tune
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from tunegrid import trainable

SPACE = {"max_depth": tune.randint(2, 20), "max_features": tune.uniform(0.05, 1.0)}


@trainable("forest-digits", "forest on digits", space=SPACE, metric="accuracy", mode="max", checkpoints=True)
def train(config):
    x, x_val, y, y_val = train_test_split(*load_digits(return_X_y=True), random_state=0)
    model = RandomForestClassifier(n_estimators=0, warm_start=True, **config)
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            model = pickle.loads(Path(folder, "model").read_bytes())
    while True:  # the budget's epochs stop it
        model.set_params(n_estimators=model.n_estimators + 10)
        model.fit(x, y)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "model").write_bytes(pickle.dumps(model))
            tune.report(
                {"accuracy": model.score(x_val, y_val)}, checkpoint=tune.Checkpoint.from_directory(folder)
            )
