"""Measurement of training speed: our epoch against the usual DataLoader epoch, on the same images.

    python -m scripts.measure_training [--repeats 5] [--epochs 3]

Both train the ConvNet of Tune's getting-started page on the MNIST subset that ships, with minibatches of 64,
the same learning rate and momentum, on one thread.  The usual loop reads the images through torchvision's
MNIST, ``ToTensor``, ``Normalize`` and a shuffling ``DataLoader``.  The two alternate, so that a busy machine
troubles both.  Prints a Markdown table: the median images a second in training, the median seconds of an
epoch with its validation, and the validation accuracy after the last epoch.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables._mnist import load
from benchmarks.training.standalone import standalone
from scripts import naive_loop

Arrays = Mapping[str, npt.NDArray[Any]]

LR, MOMENTUM = 0.05, 0.8


class Timing(NamedTuple):
    """One training run: seconds of each training pass and of each epoch, and the final accuracy."""

    training: list[float]
    epoch: list[float]
    accuracy: float


def write_idx(folder: Path, arrays: Arrays) -> None:
    """Write the training split as MNIST's training files and the validation split as its test files."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, split in (("train", "train"), ("t10k", "val")):
        for kind, array in (("images-idx3", arrays[f"x_{split}"]), ("labels-idx1", arrays[f"y_{split}"])):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (raw / f"{prefix}-{kind}-ubyte").write_bytes(header + array.astype(np.uint8).tobytes())


def usual(folder: Path, images: int, epochs: int) -> Timing:
    """Train by the loop that Tune's page shows."""
    train, validate = naive_loop.loaders(str(folder), images, 10_000)
    model = naive_loop.ConvNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
    training, epoch, reached = [], [], 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        naive_loop.train_epoch(model, optimizer, train)
        training.append(time.perf_counter() - start)
        reached = naive_loop.accuracy(model, validate)
        epoch.append(time.perf_counter() - start)
    return Timing(training, epoch, reached)


def ours(arrays: Arrays, epochs: int) -> Timing:
    """Train by our trainable."""
    session = Session("mnist-convnet", 0, "cpu", arrays, "measured")
    trial = standalone(TRAINABLES["mnist-convnet"], {"lr": LR, "momentum": MOMENTUM}, session)
    training, epoch, accuracy = [], [], 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        trial._train_epoch()
        training.append(time.perf_counter() - start)
        accuracy, _ = trial._evaluate("val")
        epoch.append(time.perf_counter() - start)
    return Timing(training, epoch, accuracy)


def table(runs: Mapping[str, list[Timing]], images: int) -> str:
    """Return the Markdown table; the ratio is to the first row."""
    lines = [
        "| loop | images/s in training | ratio | epoch with validation (s) | validation accuracy |",
        "|---|---|---|---|---|",
    ]
    reference = None
    for name, timings in runs.items():
        speed = statistics.median(images / s for timing in timings for s in timing.training)
        epoch = statistics.median(s for timing in timings for s in timing.epoch)
        accuracy = statistics.median(timing.accuracy for timing in timings)
        reference = reference or speed
        lines.append(f"| {name} | {speed:,.0f} | {speed / reference:.1f} | {epoch:.3f} | {accuracy:.4f} |")
    return "\n".join(lines)


def main() -> None:
    """Run both loops in turn and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5, help="runs of each loop (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs of a run (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    arrays = load("subset", 0, None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_idx(folder, arrays)
        loops: dict[str, Callable[[], Timing]] = {
            "DataLoader": lambda: usual(folder, len(arrays["y_train"]), options.epochs),
            "ours": lambda: ours(arrays, options.epochs),
        }
        runs: dict[str, list[Timing]] = {loop: [] for loop in loops}
        for _ in range(options.repeats):
            for loop, run in loops.items():
                runs[loop].append(run())
    print(table(runs, len(arrays["y_train"])))
    print(f"\n{options.repeats} runs of {options.epochs} epochs in turn; 1 thread; torch {torch.__version__}")


if __name__ == "__main__":
    main()
