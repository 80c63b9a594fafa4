"""A character transformer on English text: architecture, optimizer and a choice of learning-rate schedule.

The text is the New Testament of the King James Version; its card is ``data/english-text.md``.  Of ten
chapters eight train, one validates and one tests.  The metric is the loss in bits per character, averaged
over passages of 64 characters: the first is predicted from one character, the last from 64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ray import tune

from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.shipped_constants import ShippedConstants
from benchmarks.trainables._packed import Arrays, Packed, only_subset
from benchmarks.training.evaluation import finite
from benchmarks.training.own_loss import OwnLoss
from benchmarks.training.seeded import Config, minibatch_order

if TYPE_CHECKING:
    import torch

DATA = Packed("english-text.npz", "911bb14e903940f09e6a4f1488ffb3873216ef446d7e8ccec57cce6aac420173")
SOURCE = "King James Version of 1611, New Testament, as in Debian's bible-kjv-text 4.38; out of copyright"
SYMBOLS = 63  # of the alphabet
LENGTH = 64  # characters of a passage
EPOCH = 384  # passages learned from in an epoch, drawn anew in each: 24,576 characters
MEASURED = {"val": 256, "test": 1024}  # passages, spread evenly over the split
FIRST = 0.02  # epochs of a warm-up that count as over at its beginning, so that no step is of length 0
HORIZON = 27  # epochs, after which a cosine has come to its floor


def space() -> Mapping[str, Any]:
    """Return a space of up to eleven hyperparameters; some schedules have a parameter of their own."""
    cosine = {"name": "cosine", "floor": tune.loguniform(0.01, 1)}
    power = {"name": "power", "exponent": tune.uniform(0.1, 1)}
    return {
        "width": tune.qrandint(16, 64, 16),
        "depth": tune.randint(1, 4),
        "heads": tune.choice([1, 2, 4]),
        "lr": tune.loguniform(2e-4, 0.05),
        "warmup": tune.uniform(0, 3),
        "schedule": tune.choice([{"name": "constant"}, cosine, power]),
        "weight_decay": tune.loguniform(1e-4, 1),
        "dropout": tune.uniform(0, 0.4),
        "batch_size": tune.choice([8, 16, 32]),
        "beta2": tune.uniform(0.9, 0.999),
    }


def load(data: str, train_size: int, data_dir: str | None) -> Arrays:
    """Return ``train``, ``val`` and ``test``, uint8 positions in ``alphabet``, and that, as ASCII codes.

    Raises:
        DataError: if ``data`` is not "subset", or the file is damaged.
    """
    only_subset(data, "the text")
    return DATA.read()


@trainable(
    "char-transformer",
    "a small transformer on the characters of English text: bits per character, a choice of schedule",
    space=space,
    load=load,
    sized=False,
    constants=ShippedConstants.beside(__file__, "char-transformer"),
    source=SOURCE,
    metric="val_bits",
    mode="min",
    test_metric="test_bits",
    mutable=("lr", "warmup", "weight_decay", "dropout", "beta2"),
    cheap={"width": 16, "depth": 1, "heads": 1, "batch_size": 32},
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    requires=("torch",),
)
class CharTransformer(OwnLoss):
    """Passages of 64 characters -> the next of each; AdamW with warm-up and a schedule.

    ``train_loss`` is in nats, with dropout; the metrics are in bits, without it.
    """

    @classmethod
    def build(cls, config: Config) -> torch.nn.Module:
        """Return the network: (n, 64) characters to (n, 64, symbols) scores."""
        from benchmarks.trainables._transformer import Transformer

        width, depth, heads = (int(config[name]) for name in ("width", "depth", "heads"))
        return Transformer(SYMBOLS, LENGTH, width, depth, heads, config["dropout"])

    def rate_factor(self, epochs: float) -> float:
        """Return the schedule's factor, which begins at 1, times the share of the warm-up that is over.

        A cosine goes down to its floor within ``HORIZON`` epochs and stays there; a power is that of the
        epochs since the warm-up, in units of one epoch, as the inverse square root of Vaswani et al. (2017).
        """
        warmup, schedule = float(self._config["warmup"]), self._config["schedule"]
        warm = min(1.0, (epochs + FIRST) / warmup) if warmup > 0 else 1.0
        if schedule["name"] == "cosine":
            turn = math.pi * min(1.0, epochs / HORIZON)
            floor = float(schedule["floor"])
            return warm * (floor + (1 - floor) * (1 + math.cos(turn)) / 2)
        if schedule["name"] == "power":
            return warm * math.pow(1 + max(0.0, epochs - warmup), -schedule["exponent"])
        return warm

    def minibatches(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield an epoch's passages and what follows each of their characters."""
        import torch

        last = len(self._data["train"]) - LENGTH
        order = minibatch_order(self._session, self._config, self._epoch, last)
        passages = self._passages("train", order[:EPOCH])
        yield from zip(*(torch.split(part, self.batch_size(self._config)) for part in passages), strict=True)

    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean cross entropy of a character, in nats."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(outputs.flatten(0, 1), targets.flatten())

    def measure(self, split: str) -> dict[str, float]:
        """Return the bits per character of a split."""
        import torch

        last = len(self._data[split]) - LENGTH - 1
        begin = torch.linspace(0, last, MEASURED[split]).long()
        parts = (torch.split(part, 64) for part in self._passages(split, begin))
        losses = [
            self.loss(self._model(inputs), targets).item() for inputs, targets in zip(*parts, strict=True)
        ]
        return {f"{split}_bits": finite(sum(losses) / len(losses) / math.log(2))}

    def _passages(self, split: str, begin: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the passages that begin at these characters, shape (n,), and the same one character on."""
        import torch

        text = self._data[split]
        places = begin.to(self._device)[:, None] + torch.arange(LENGTH, device=self._device)
        return text[places], text[places + 1]
