"""Keras 3 on PyTorch, with a callback that reports and saves: an epoch is an epoch."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from ray import tune
from sklearn.datasets import load_digits

from tunegrid import seed_epoch, trainable

SPACE = {"learning_rate": tune.loguniform(1e-4, 1e-1), "units": tune.choice([16, 32, 64])}


class Report(keras.callbacks.Callback):
    """Reports what an epoch has logged, with the model and the state of its optimizer."""

    def __init__(self, session, config):
        super().__init__()
        self.session, self.config = session, config

    def on_epoch_begin(self, epoch, logs=None):
        seed_epoch(self.session, self.config, epoch)

    def on_epoch_end(self, epoch, logs=None):
        with tempfile.TemporaryDirectory() as folder:
            self.model.save(Path(folder, "model.keras"))
            Path(folder, "epochs").write_text(str(epoch + 1))
            tune.report(dict(logs), checkpoint=tune.Checkpoint.from_directory(folder))


@trainable("keras", "network on digits", space=SPACE, metric="val_loss", mode="min", checkpoints=True)
def train(config, session):
    x, y = load_digits(return_X_y=True)
    model = keras.Sequential([keras.layers.Dense(config["units"], "relu"), keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.Adam(config["learning_rate"]), "sparse_categorical_crossentropy")
    epochs_before = 0
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            model = keras.models.load_model(Path(folder, "model.keras"))
            epochs_before = int(Path(folder, "epochs").read_text())
    model.fit(
        x[:1400] / 16,
        y[:1400],
        initial_epoch=epochs_before,
        epochs=10_000,  # the budget's epochs stop it
        validation_data=(x[1400:] / 16, y[1400:]),
        callbacks=[Report(session, config)],
        verbose=0,
    )
