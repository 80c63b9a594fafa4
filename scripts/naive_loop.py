"""A grid run by hand: nested loops of ``Tuner.fit`` with a DataLoader; the baseline of our speed.

    python -m scripts.naive_loop --mnist DIR --searchers random optuna --schedulers fifo asha

Prints one line for each combination and the seconds of all, start of Ray not counted.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import time
from typing import Any

os.environ["RAY_AIR_NEW_OUTPUT"] = "0"

import ray
import torch
from ray import tune
from ray.tune.schedulers import ASHAScheduler, FIFOScheduler, MedianStoppingRule
from ray.tune.search.hyperopt import HyperOptSearch
from ray.tune.search.optuna import OptunaSearch
from torch.nn import functional
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms


def options() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--mnist", required=True, help="folder in torchvision's layout")
    p.add_argument("--searchers", nargs="+", default=["random", "optuna", "hyperopt"])
    p.add_argument("--schedulers", nargs="+", default=["fifo", "asha", "median"])
    p.add_argument("--trials", type=int, default=8)
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--train", type=int, default=2000, help="training images")
    p.add_argument("--validate", type=int, default=2000, help="validation images")
    return p.parse_args()


class ConvNet(torch.nn.Module):
    """The network of Tune's getting-started page."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 3, kernel_size=3)
        self.linear = torch.nn.Linear(192, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return log-probabilities, shape (n, 10), of images, shape (n, 1, 28, 28)."""
        pooled = functional.relu(functional.max_pool2d(self.conv(x), 3))
        return functional.log_softmax(self.linear(pooled.view(-1, 192)), dim=1)


def loaders(mnist: str, train: int, validate: int) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Return loaders of the first training and test images."""
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    training = Subset(datasets.MNIST(mnist, train=True, transform=steps), range(train))
    testing = datasets.MNIST(mnist, train=False, transform=steps)
    testing = Subset(testing, range(min(validate, len(testing))))
    return DataLoader(training, batch_size=64, shuffle=True), DataLoader(testing, batch_size=64)


def train_epoch(model: ConvNet, optimizer: torch.optim.Optimizer, batches: DataLoader[Any]) -> None:
    """Train one epoch."""
    model.train()
    for x, y in batches:
        optimizer.zero_grad()
        functional.nll_loss(model(x), y).backward()
        optimizer.step()


def accuracy(model: ConvNet, batches: DataLoader[Any]) -> float:
    """Return the share of images that are classified right."""
    model.eval()
    right = seen = 0
    with torch.no_grad():
        for x, y in batches:
            right += int((model(x).argmax(1) == y).sum())
            seen += len(y)
    return right / seen


def train_mnist(config: dict[str, Any], args: argparse.Namespace) -> None:
    """A function trainable that loads its own data, as on that page."""
    train, validate = loaders(args.mnist, args.train, args.validate)
    model = ConvNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=config["momentum"])
    for _ in range(args.epochs):
        train_epoch(model, optimizer, train)
        tune.report({"val_accuracy": accuracy(model, validate)})


def main() -> None:
    args = options()
    space = {"lr": tune.loguniform(1e-10, 1.0), "momentum": tune.uniform(0.1, 0.9)}
    searchers = {"random": lambda: None, "optuna": OptunaSearch, "hyperopt": HyperOptSearch}
    schedulers = {
        "fifo": FIFOScheduler,
        "asha": lambda: ASHAScheduler(max_t=args.epochs, grace_period=1, reduction_factor=3),
        "median": lambda: MedianStoppingRule(grace_period=1),
    }
    ray.init(num_cpus=2, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
    begin = time.perf_counter()
    for searcher in args.searchers:
        for scheduler in args.schedulers:
            start = time.perf_counter()
            grid = tune.Tuner(
                tune.with_parameters(train_mnist, args=args),
                tune_config=tune.TuneConfig(
                    metric="val_accuracy",
                    mode="max",
                    num_samples=args.trials,
                    search_alg=searchers[searcher](),
                    scheduler=schedulers[scheduler](),
                ),
                param_space=space,
                run_config=tune.RunConfig(verbose=0, storage_path=tempfile.mkdtemp()),
            ).fit()
            best = grid.get_best_result().metrics["val_accuracy"]
            print(f"{searcher} x {scheduler}: {time.perf_counter() - start:.2f} s, {best:.4f}", flush=True)
    print(f"seconds={time.perf_counter() - begin:.3f}", flush=True)


if __name__ == "__main__":
    main()
