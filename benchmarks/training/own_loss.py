"""Base class of trainables that train a network on a loss of their own: forecasters, language models.

What ``Classifier`` does with the device, the weights, the seeds and the checkpoints holds here too.  A new
one says how an epoch's minibatches are drawn, what their loss is, and what is measured after the epoch.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.suite.session import Session
from benchmarks.training.classifier import Classifier
from benchmarks.training.evaluation import finite
from benchmarks.training.seeded import Config, seeded

if TYPE_CHECKING:
    import torch

    from benchmarks.training.trainers import BlockTrainer

LONGEST_GRADIENT = 1.0  # a longer one is scaled down to it


class OwnLoss(Classifier):
    """Trains ``build(config)`` on ``loss`` by AdamW with clipped gradients; one step is one epoch.

    Its arrays have names of its own; those that begin with ``x_`` are made floats by ``inputs``, all others
    integers.  One configuration gives one curve, as with ``Classifier``.
    """

    @abstractmethod
    def minibatches(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield the inputs and targets of an epoch's minibatches, (n, ...) each, in their order.

        What is drawn comes from ``minibatch_order`` of (session, configuration, epoch).
        """

    @abstractmethod
    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of a minibatch, a scalar."""

    @abstractmethod
    def measure(self, split: str) -> dict[str, float]:
        """Return the metrics of "val" or "test", by names that begin with the split; not finite is NaN."""

    def rate_factor(self, epochs: float) -> float:
        """Return what the learning rate is multiplied by after so many epochs of training, 0 or more."""
        return self.decay(self._config) ** int(epochs)

    @staticmethod
    def optimizer(config: Config, model: torch.nn.Module) -> torch.optim.Optimizer:
        """Return AdamW with the configuration's ``lr``, ``weight_decay`` and, if it has one, ``beta2``."""
        import torch

        betas = 0.9, config.get("beta2", 0.999)
        decay = config["weight_decay"]
        return torch.optim.AdamW(
            model.parameters(), lr=config["lr"], betas=betas, weight_decay=decay, fused=True
        )

    @classmethod
    def block_trainer(cls, session: Session) -> BlockTrainer:
        """Return the trainable itself: the trainer of many at once knows classes alone."""
        from benchmarks.suite.registry import TRAINABLES
        from benchmarks.training.trainers import OneByOne

        return OneByOne(TRAINABLES[session.trainable], session)

    def step(self) -> dict[str, float]:
        """Train one epoch, then validate; a value that is not finite is reported as NaN."""
        train_loss = self._train_epoch()
        return self._measured("val") | {"train_loss": train_loss}

    def test(self) -> dict[str, float]:
        """Return the metrics of the test split; asked of the incumbent only, never part of a result."""
        return self._measured("test")

    def _measured(self, split: str) -> dict[str, float]:
        import torch

        torch.set_num_threads(self._cpus())
        self._model.eval()
        with torch.inference_mode():
            return self.measure(split)

    def _train_epoch(self) -> float:
        """Train on one epoch's minibatches and return the mean loss of an example."""
        import torch
        from torch.nn.utils import clip_grad_norm_

        torch.set_num_threads(self._cpus())
        model, optimizer, total = self._model, self._optimizer, self._total.zero_()
        parts: list[Any] = list(model.parameters())
        batches = list(self.minibatches())
        model.train()
        with seeded(self._session, self._config, "noise", self._epoch):  # for dropout
            for number, (inputs, targets) in enumerate(batches):
                factor = self.rate_factor(self._epoch + number / len(batches))
                for group in optimizer.param_groups:
                    group["lr"] = optimizer.defaults["lr"] * factor
                optimizer.zero_grad()
                loss = self.loss(model(inputs), targets)
                loss.backward()  # type: ignore[no-untyped-call]
                clip_grad_norm_(parts, LONGEST_GRADIENT)
                optimizer.step()
                total.add_(loss.detach(), alpha=len(targets))
        self._epoch += 1
        return finite(total.item() / sum(len(targets) for _, targets in batches))
