"""Hugging Face's Trainer, with a callback that reports: an epoch is an evaluation."""

import tempfile
from pathlib import Path

import torch
from ray import tune
from torch.utils.data import Dataset
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from tunegrid import seed_epoch, trainable

SPACE = {"learning_rate": tune.loguniform(1e-4, 1e-1), "weight_decay": tune.loguniform(1e-4, 1e-1)}


class Report(TrainerCallback):
    """Reports the metrics of an evaluation with the checkpoint that follows it."""

    def __init__(self, session, config):
        self.session, self.config = session, config

    def on_epoch_begin(self, args, state, control, **_):
        seed_epoch(self.session, self.config, round(state.epoch))

    def on_evaluate(self, args, state, control, metrics, **_):
        self.metrics = metrics

    def on_save(self, args, state, control, **_):
        folder = get_last_checkpoint(args.output_dir)
        Path(folder, "rng_state.pth").unlink()  # on_epoch_begin seeds the generators
        checkpoint = tune.Checkpoint.from_directory(folder)
        tune.report({"loss": self.metrics["eval_loss"]}, checkpoint=checkpoint)


class Parity(Dataset):
    """Sequences of 8 tokens; is there an even number of ones among the first two?"""

    def __init__(self, size, seed):
        tokens = torch.randint(0, 2, (size, 8), generator=torch.Generator().manual_seed(seed))
        self.items = [{"input_ids": row, "labels": (row[0] + row[1]) % 2} for row in tokens]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


@trainable("transformer", "a tiny transformer", space=SPACE, metric="loss", mode="min", checkpoints=True)
def train(config, session):
    tiny = BertConfig(
        vocab_size=2,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=8,
    )
    seed = seed_epoch(session, config, 0)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            BertForSequenceClassification(tiny),
            TrainingArguments(
                folder,
                num_train_epochs=1_000,  # the budget's epochs stop it
                lr_scheduler_type="constant",
                per_device_train_batch_size=32,
                eval_strategy="epoch",
                save_strategy="epoch",
                save_total_limit=1,
                report_to="none",
                disable_tqdm=True,
                seed=seed,
                data_seed=seed,
                **config,
            ),
            train_dataset=Parity(256, 0),
            eval_dataset=Parity(128, 1),
            callbacks=[Report(session, config)],
        )
        if checkpoint := tune.get_checkpoint():
            with checkpoint.as_directory() as saved:
                trainer.train(resume_from_checkpoint=saved)
        else:
            trainer.train()
