"""Forecasts of an electricity load, a day of half-hours ahead: an MLP or a GRU, each with its own parameters.

The series is the active power of a semi-urban low-voltage grid in 2016, of SimBench; its card is
``data/load-series.md``.  It is split in time: January to August trains, September and October validate,
November and December test.  The metric is the mean absolute error over the 48 half-hours, in per cent of the
grid's nominal load; what the seasonal naive forecasts reach is ``naive`` here, and stands in the card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.shipped_constants import ShippedConstants
from benchmarks.trainables._packed import Arrays, Packed, only_subset
from benchmarks.training.evaluation import finite
from benchmarks.training.own_loss import OwnLoss
from benchmarks.training.seeded import Config, minibatch_order

if TYPE_CHECKING:
    import torch

DATA = Packed("load-series.npz", "0190880698dda8f6265ea0b6d8c5b8084bb5d2fa8680af2e6ceb5353fc0ea624")
SOURCE = (
    "SimBench 1.6.3 (University of Kassel, Fraunhofer IEE, RWTH Aachen, TU Dortmund), ODbL 1.0 and DbCL 1.0"
)
DAY, WEEK = 48, 7 * 48  # half-hours
SPLITS = {"train": (WEEK, 244 * DAY), "val": (244 * DAY, 305 * DAY), "test": (305 * DAY, 366 * DAY)}
EPOCH = 1_024  # forecasts whose errors are learned from in an epoch, drawn anew in each
HUBER = 0.2  # standard deviations, up to which the Huber loss is a square
APART = 4  # half-hours between the beginnings of two forecasts that are measured


def space() -> Mapping[str, Any]:
    """Return a space of ten hyperparameters; those of the network depend on which it is."""
    mlp = {"name": "mlp", "width": tune.lograndint(16, 257), "layers": tune.randint(1, 4)}
    gru = {"name": "gru", "width": tune.lograndint(8, 49), "chunk": tune.choice([12, 24, 48])}
    return {
        "lr": tune.loguniform(3e-4, 0.1),
        "weight_decay": tune.loguniform(1e-5, 1),
        "dropout": tune.uniform(0, 0.5),
        "decay": tune.uniform(0.75, 1),
        "batch_size": tune.choice([32, 64, 128]),
        "loss": tune.choice(["absolute", "squared", "huber"]),
        "days": tune.randint(1, 8),
        "cell": tune.choice([mlp, gru]),
    }


def load(data: str, train_size: int, data_dir: str | None) -> Arrays:
    """Return ``x_load``: the load of each half-hour of 2016, shape (17568,), as a share of the nominal load.

    Raises:
        DataError: if ``data`` is not "subset", or the file is damaged.
    """
    only_subset(data, "the load")
    return DATA.read()


def origins(split: str) -> npt.NDArray[np.int64]:
    """Return the half-hours at which the forecasts of a split begin: their targets lie within the split."""
    first, end = SPLITS[split]
    return np.arange(first, end - DAY + 1, 1 if split == "train" else APART)


def naive(series: npt.NDArray[Any], split: str, season: int) -> float:
    """Return the mean absolute error, in per cent, of saying what was ``season`` half-hours before."""
    targets = origins(split)[:, None] + np.arange(DAY)
    return 100 * float(np.abs(series[targets] - series[targets - season]).mean())


@trainable(
    "load-forecast",
    "an MLP or a GRU that forecasts an electricity load a day ahead: ten hyperparameters, conditional",
    space=space,
    load=load,
    sized=False,
    constants=ShippedConstants.beside(__file__, "load-forecast"),
    source=SOURCE,
    metric="val_mae",
    mode="min",
    test_metric="test_mae",
    mutable=("lr", "weight_decay", "dropout", "decay"),
    cheap={"days": 1, "batch_size": 128},
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    requires=("torch",),
)
class LoadForecast(OwnLoss):
    """1 to 7 days and the calendar -> a day of 48 half-hours; AdamW, its rate decays by the epoch."""

    @classmethod
    def build(cls, config: Config) -> torch.nn.Module:
        """Return the network: (n, 48 * days + 4) standardised inputs to (n, 48) standardised forecasts."""
        from benchmarks.trainables._forecasters import forecaster

        return forecaster(config)

    @staticmethod
    def inputs(raw: npt.NDArray[Any]) -> torch.Tensor:
        """Return the series, standardised by its training part."""
        mean, deviation = _scale(raw)
        return OwnLoss.inputs(raw).sub_(mean).div_(deviation)

    def minibatches(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield what precedes an epoch's forecasts, with the calendar, and what comes."""
        import torch

        known = torch.from_numpy(origins("train"))
        order = minibatch_order(self._session, self._config, self._epoch, len(known))
        parts = (
            torch.split(part, self.batch_size(self._config)) for part in self._windows(known[order[:EPOCH]])
        )
        yield from zip(*parts, strict=True)

    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean absolute, squared or Huber loss of standardised forecasts."""
        from torch.nn import functional

        kind = self._config["loss"]
        if kind == "huber":
            return functional.huber_loss(outputs, targets, delta=HUBER)
        return (
            functional.l1_loss(outputs, targets)
            if kind == "absolute"
            else functional.mse_loss(outputs, targets)
        )

    def measure(self, split: str) -> dict[str, float]:
        """Return the mean absolute error of a split, in per cent of the nominal load."""
        import torch

        inputs, targets = self._windows(torch.from_numpy(origins(split)))
        error = (self._model(inputs) - targets).abs().mean().item()
        _, deviation = _scale(self._session.arrays()["x_load"])
        return {f"{split}_mae": finite(100 * deviation * error)}

    def _windows(self, begin: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return inputs and targets of the forecasts that begin at these half-hours, shape (n,)."""
        import torch

        series, begin = self._data["x_load"], begin.to(self._device)
        past = torch.arange(-DAY * self._config["days"], 0, device=self._device)
        coming = torch.arange(DAY, device=self._device)
        turns = torch.stack([begin / DAY, begin / WEEK], 1) * 2 * torch.pi
        inputs = torch.cat([series[begin[:, None] + past], turns.sin(), turns.cos()], 1)
        return inputs, series[begin[:, None] + coming]


def _scale(series: npt.NDArray[Any]) -> tuple[float, float]:
    """Return mean and standard deviation of the training part."""
    train = series[: SPLITS["train"][1]]
    return float(train.mean()), float(train.std())
