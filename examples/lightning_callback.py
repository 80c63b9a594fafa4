"""PyTorch Lightning with Ray's own callback: an epoch is a validation."""

from contextlib import ExitStack
from pathlib import Path

import lightning
import torch
from ray import tune
from ray.tune.integration.pytorch_lightning import TuneReportCheckpointCallback
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from tunegrid import seed_epoch, trainable

SPACE = {"lr": tune.loguniform(1e-4, 1e-1), "width": tune.choice([16, 32, 64])}


class Seeds(lightning.Callback):
    """Lets an epoch draw the same, whether the trial has rested before it or not."""

    def __init__(self, session, config):
        self.session, self.config = session, config

    def on_train_epoch_start(self, trainer, model):
        seed_epoch(self.session, self.config, trainer.current_epoch)


class Net(lightning.LightningModule):
    def __init__(self, lr, width):
        super().__init__()
        self.lr = lr
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10)
        )

    def training_step(self, batch, _):
        x, y = batch
        return torch.nn.functional.cross_entropy(self.layers(x), y)

    def validation_step(self, batch, _):
        x, y = batch
        self.log("loss", torch.nn.functional.cross_entropy(self.layers(x), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)


@trainable("lightning", "network on digits", space=SPACE, metric="loss", mode="min", checkpoints=True)
def train(config, session):
    x, y = (torch.as_tensor(each) for each in load_digits(return_X_y=True))
    x = x.float() / 16
    data = TensorDataset(x[:1400], y[:1400])
    order = DistributedSampler(data, num_replicas=1, rank=0, seed=seed_epoch(session, config, 0))
    trainer = lightning.Trainer(
        max_epochs=10_000,  # the budget's epochs stop it
        accelerator="auto",
        devices=1,
        callbacks=[Seeds(session, config), TuneReportCheckpointCallback(["loss"])],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
    with ExitStack() as stack:
        checkpoint = tune.get_checkpoint()
        folder = stack.enter_context(checkpoint.as_directory()) if checkpoint else None
        trainer.fit(
            Net(**config),
            DataLoader(data, batch_size=64, sampler=order),
            DataLoader(TensorDataset(x[1400:], y[1400:]), batch_size=397),
            ckpt_path=Path(folder, "checkpoint") if folder else None,
        )
