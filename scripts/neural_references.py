"""Reference values of the tasks on Fashion-MNIST, English text and an electricity load.

    python -m scripts.neural_references [NAME ...]

Of each task it prints what needs no network on the validation and the test split, and what one configuration,
chosen by hand, reaches after 9 and 27 epochs (one repetition).  The data cards quote it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables import load_forecast
from benchmarks.training.standalone import standalone

EPOCHS = 9, 27
HELD_OUT = "val", "test"
Arrays = Mapping[str, npt.NDArray[Any]]
Values = Iterator[tuple[str, list[float]]]  # names, each with the values on HELD_OUT

CHOSEN: dict[str, dict[str, Any]] = {
    "fashion-convnet": {
        **{"width": 16, "kernel": 3, "lr": 3e-3, "decay": 0.9, "weight_decay": 1e-2, "dropout": 0.3},
        "batch_size": 32,
        "optimizer": {"name": "adam", "beta1": 0.9, "beta2": 0.99},
        "augmentation": {"name": "shift", "pixels": 1},
    },
    "char-transformer": {
        **{"width": 64, "depth": 2, "heads": 4, "lr": 6e-3, "warmup": 1.0, "weight_decay": 1e-2},
        **{"dropout": 0.0, "batch_size": 8, "beta2": 0.98},
        "schedule": {"name": "cosine", "floor": 0.05},
    },
    "load-forecast": {
        **{"lr": 5e-3, "weight_decay": 1e-2, "dropout": 0.1, "decay": 0.9, "batch_size": 32, "days": 7},
        "loss": "huber",
        "cell": {"name": "mlp", "width": 128, "layers": 2},
    },
}


def fashion(arrays: Arrays) -> Values:
    """Yield the accuracy of logistic regression and of the nearest neighbour, on the raw pixels."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    flat = {name: array.reshape(len(array), -1) / 255 for name, array in arrays.items() if name[0] == "x"}
    for name, model in {
        "logistic regression": LogisticRegression(C=0.1, max_iter=200),
        "nearest neighbour": KNeighborsClassifier(1),
    }.items():
        model.fit(flat["x_train"], arrays["y_train"])
        yield name, [float(model.score(flat[f"x_{split}"], arrays[f"y_{split}"])) for split in HELD_OUT]


def text(arrays: Arrays) -> Values:
    """Yield the bits per character of counts of the characters before it, over all of a split."""
    symbols, train = len(arrays["alphabet"]), arrays["train"].astype(np.int64)
    yield "any character alike", [math.log2(symbols)] * 2
    for known, name in enumerate(("none", "one", "two", "three")):
        yield f"counts after {name} before", [_bits(train, arrays[s], known, symbols) for s in HELD_OUT]


def _bits(train: npt.NDArray[np.int64], split: npt.NDArray[Any], known: int, symbols: int) -> float:
    """Return the bits of counts after ``known`` characters, smoothed towards those after one fewer.

    The smoothing adds five times the shorter context's distribution to the counts, as Witten and Bell's
    would for contexts that five kinds of characters follow.
    """
    share = np.full(len(split) - known, 1 / symbols)
    for length in range(known + 1):
        keys, following = _grams(train, length, symbols), _grams(split.astype(np.int64), length, symbols)
        counts = np.bincount(keys, minlength=symbols ** (length + 1)).reshape(-1, symbols)
        context, last = np.divmod(following[known - length :], symbols)
        share = (counts[context, last] + 5 * share) / (counts.sum(1)[context] + 5)
    return float(-np.log2(share).mean())


def _grams(codes: npt.NDArray[np.int64], length: int, symbols: int) -> npt.NDArray[np.int64]:
    """Return each character with the ``length`` before it, as one number."""
    grams = np.zeros(len(codes) - length, np.int64)
    for place in range(length + 1):
        grams = grams * symbols + codes[place : len(codes) - length + place]
    return grams


def load(arrays: Arrays) -> Values:
    """Yield the error of saying what was a day and a week before, and of ridge regression on seven days."""
    series = arrays["x_load"].astype(np.float64)
    for name, season in {"a day before": load_forecast.DAY, "a week before": load_forecast.WEEK}.items():
        yield name, [load_forecast.naive(series, split, season) for split in HELD_OUT]
    day, week = load_forecast.DAY, load_forecast.WEEK

    def known_and_coming(split: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        begin = load_forecast.origins(split)[:, None]
        inputs = series[begin + np.arange(-week, 0)]
        return np.column_stack([inputs, np.ones(len(inputs))]), series[begin + np.arange(day)]

    x, y = known_and_coming("train")
    weights = np.linalg.solve(x.T @ x + 0.1 * np.eye(x.shape[1]), x.T @ y)
    errors = []
    for split in HELD_OUT:
        inputs, targets = known_and_coming(split)
        errors.append(100 * float(np.abs(inputs @ weights - targets).mean()))
    yield "ridge regression on seven days", errors


PLAIN: dict[str, Callable[[Arrays], Values]] = {
    "fashion-convnet": fashion,
    "char-transformer": text,
    "load-forecast": load,
}


def trained(name: str, arrays: Arrays) -> Values:
    """Yield the metric of the configuration chosen by hand, after each number of epochs."""
    spec = TRAINABLES[name]
    trial = standalone(spec, CHOSEN[name], Session(name, 0, "cpu", arrays, "reference"))
    for epoch in range(1, max(EPOCHS) + 1):
        reported = trial.step()
        if epoch in EPOCHS:
            yield f"chosen by hand, {epoch} epochs", [reported[spec.metric], trial.test()[spec.test_metric]]


def main() -> None:
    """Print the values."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of the tasks; default: all")
    for name in parser.parse_args().names or list(PLAIN):
        spec = TRAINABLES[name]
        arrays = spec.load("subset", 0, None)
        print(f"{name}: {spec.metric}, {spec.test_metric}")
        for values in (PLAIN[name](arrays), trained(name, arrays)):
            for what, (val, test) in values:
                print(f"  {what:<32} {val:.4f} {test:.4f}", flush=True)


if __name__ == "__main__":
    main()
