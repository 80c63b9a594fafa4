"""Base class of trainables that train a classifier: a new one is a network, a space and a loader.

The loop is built for small networks, where a data loader costs ten times what the mathematics does: each
split is one tensor on the device, normalised once and kept for the process's next trial; a minibatch is a
view; nothing waits for the device before the epoch's end.

torch is imported where it is used, so that listing the registry does not cost its import.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy.typing as npt
from ray import tune

from benchmarks.core.seeding import canonical
from benchmarks.suite.session import Session
from benchmarks.training.device_data import choose_device, tensors
from benchmarks.training.evaluation import EVALUATION_BATCH, finite
from benchmarks.training.seeded import Config, minibatch_order, seeded

if TYPE_CHECKING:
    import torch

    from benchmarks.training.trainers import BlockTrainer

MODEL_FILE = "model.pt"
GATHERED = 16  # minibatches picked out of the training set at once: few calls, and they stay in the cache


class Classifier(tune.Trainable):
    """Trains ``build(config)`` by minibatch descent on cross entropy; one step is one epoch.

    The weights and the minibatch order are functions of (trainable, repetition, configuration, epoch), so
    one configuration gives one curve: on a CPU bit for bit, for a given number of threads.  The arrays are
    ``x_train``, ``y_train``, ``x_val``, ``y_val``, ``x_test``, ``y_test``; labels are 0, 1, 2, ...
    """

    pads: ClassVar[bool] = False  # units whose weights and biases are all zero stay so, as before a ReLU

    @classmethod
    def build(cls, config: Config) -> torch.nn.Module:
        """Return a fresh network on the CPU that maps (n, ...) inputs to (n, classes) scores (logits)."""
        raise NotImplementedError

    @staticmethod
    def inputs(raw: npt.NDArray[Any]) -> torch.Tensor:
        """Return raw examples, shape (n, ...), as float inputs; a copy, because ``raw`` may be read-only."""
        import torch

        return torch.tensor(raw, dtype=torch.float32)

    @staticmethod
    def batch_size(config: Config) -> int:
        """Return the number of examples of a minibatch."""
        return int(config.get("batch_size", 64))

    @staticmethod
    def decay(config: Config) -> float:
        """Return the factor by which the learning rate changes after every epoch."""
        return float(config.get("decay", 1.0))

    @staticmethod
    def optimizer(config: Config, model: torch.nn.Module) -> torch.optim.Optimizer:
        """Return the optimizer of ``model``; it reads the hyperparameters that may change in training."""
        import torch

        return torch.optim.SGD(
            model.parameters(),
            lr=config["lr"],
            momentum=config["momentum"],
            weight_decay=config.get("weight_decay", 0.0),
            fused=True,
        )

    @classmethod
    def rebuild(cls, checkpoint: Path) -> torch.nn.Module:
        """Return the trained network of a checkpoint, on the CPU and in evaluation mode; needs no Ray.

        Args:
            checkpoint: the checkpoint's folder or the ``model.pt`` in it.

        Raises:
            OSError: if the file is missing.
            pickle.UnpicklingError: if the file holds more than plain values and tensors.
        """
        import torch

        saved = _read(checkpoint / MODEL_FILE if checkpoint.is_dir() else checkpoint, torch.device("cpu"))
        with torch.random.fork_rng(devices=[]):  # the first weights are drawn, then overwritten
            model = cls.build(json.loads(saved["config"]))
        model.load_state_dict(saved["model"])
        return model.eval()

    @classmethod
    def prepare(cls, session: Session) -> None:
        """Import torch and move the data to the device, before an experiment's clock starts.

        Raises:
            RuntimeError: if the session requires a GPU and there is none.
        """
        import torch

        device = choose_device(session)
        tensors(session, device, cls.inputs)
        some = torch.ones(8, 8, device=device)
        some @ some  # a GPU loads its library of products now

    @classmethod
    def block_trainer(cls, session: Session) -> BlockTrainer:
        """Return a trainer of many configurations at once, with the curves of this class."""
        from benchmarks.training.stacked import StackedTrainer

        return StackedTrainer(cls, session)

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        """Prepare the first trial; ``session`` comes by ``tune.with_parameters``.

        Raises:
            RuntimeError: if the session requires a GPU and there is none.
        """
        import torch

        self._session = session
        self._device = choose_device(session)
        self._data = tensors(session, self._device, self.inputs)
        self._total = torch.zeros((), device=self._device)
        self.reset_config(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Start a new trial in this actor; it equals one in a fresh process."""
        self._config = new_config
        self._epoch = 0
        with seeded(self._session, new_config, "weights"):
            self._model = self.build(new_config).to(self._device)
        self._optimizer = self.optimizer(new_config, self._model)
        return True

    def step(self) -> dict[str, float]:
        """Train one epoch, then validate; a value that is not finite is reported as NaN."""
        train_loss = self._train_epoch()
        accuracy, loss = self._evaluate("val")
        return {"val_accuracy": accuracy, "val_loss": loss, "train_loss": train_loss}

    def test(self) -> dict[str, float]:
        """Return the accuracy on the test split; asked of the incumbent only, never part of a result."""
        return {"test_accuracy": self._evaluate("test")[0]}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write ``model.pt``: weights, optimizer state, epoch, and the configuration as JSON."""
        import torch

        state = {
            "model": dict(self._model.state_dict()),
            "optimizer": self._optimizer.state_dict()["state"],
            "epoch": self._epoch,
            "trainable": self._session.trainable,
            "config": canonical(self._config),
        }
        torch.save(state, Path(checkpoint_dir, MODEL_FILE))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        """Continue from a checkpoint's weights, momentum and epoch with this trial's own hyperparameters.

        The checkpoint's learning rate and the like are left behind: when a population-based scheduler hands
        over a better trial's checkpoint, it has given this trial its new configuration before.

        Raises:
            pickle.UnpicklingError: if the file holds more than plain values and tensors.
        """
        saved = _read(Path(checkpoint, MODEL_FILE), self._device)
        self._model.load_state_dict(saved["model"])
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": saved["optimizer"], "param_groups": groups})
        self._epoch = saved["epoch"]

    def _train_epoch(self) -> float:
        """Train on every example once and return the mean loss."""
        import torch
        from torch.nn.functional import cross_entropy

        torch.set_num_threads(self._cpus())
        examples, labels = self._data["x_train"], self._data["y_train"]
        model, optimizer, total = self._model, self._optimizer, self._total.zero_()
        batch = self.batch_size(self._config)
        order = minibatch_order(self._session, self._config, self._epoch, len(labels)).to(self._device)
        for group in optimizer.param_groups:
            group["lr"] = optimizer.defaults["lr"] * self.decay(self._config) ** self._epoch
        model.train()
        # The noise is for networks that draw while they train (dropout).
        with seeded(self._session, self._config, "noise", self._epoch):
            for some in torch.split(order, GATHERED * batch):
                x, y = examples.index_select(0, some), labels.index_select(0, some)
                for xs, ys in zip(torch.split(x, batch), torch.split(y, batch), strict=True):
                    optimizer.zero_grad()
                    loss = cross_entropy(model(xs), ys)
                    loss.backward()  # type: ignore[no-untyped-call]
                    optimizer.step()
                    total.add_(loss.detach(), alpha=len(ys))
        self._epoch += 1
        return finite(total.item() / len(labels))

    def _evaluate(self, split: str) -> tuple[float, float]:
        """Return (accuracy, mean loss) on "val" or "test"."""
        import torch
        from torch.nn.functional import cross_entropy

        torch.set_num_threads(self._cpus())
        examples, labels = self._data[f"x_{split}"], self._data[f"y_{split}"]
        self._model.eval()
        with torch.inference_mode():
            hits, loss = torch.zeros(2, device=self._device)
            xs, ys = (torch.split(part, EVALUATION_BATCH) for part in (examples, labels))
            for x, y in zip(xs, ys, strict=True):
                scores = self._model(x)
                hits += (scores.argmax(1) == y).sum()
                loss += cross_entropy(scores, y, reduction="sum")
        return hits.item() / len(labels), finite(loss.item() / len(labels))

    def _cpus(self) -> int:
        """Return the whole CPUs that Tune gave this trial; a scheduler may change them between two resets."""
        granted = self.trial_resources
        return max(1, int(granted.required_resources.get("CPU", 1))) if granted else 1


def _read(path: Path, device: torch.device) -> dict[str, Any]:
    """Return a checkpoint's content; ``weights_only`` refuses anything that could run code."""
    import torch

    content: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return content
