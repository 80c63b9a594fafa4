"""Measurement of recording speed: a block trainer against its trainable one by one.

    python -m scripts.measure_recording [TRAINABLE ...] [--blocks 8] [--epochs 2] [--repeats 5]
    python -m scripts.measure_recording [TRAINABLE ...] --device gpu --block 1024 --blocks 1

One process with one thread, the two in turn.  The configurations are drawn from the design that is recorded,
in blocks as they would be; of each block a few also go one by one.  Prints a Markdown table: configurations
an hour at 27 epochs, medians of the repeats with the smallest and the largest in brackets, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

import numpy as np
import torch

from benchmarks.core.seeding import derive
from benchmarks.record.design import design
from benchmarks.suite.experiment import Device
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.trainers import BlockTrainer, Config, OneByOne, block_trainer, blocks

NAMES = ("mnist-convnet", "mnist-wide", "digits-mlp")
DESIGN = 3000  # configurations, of which blocks are drawn
ALONE = 4  # configurations of a block that are trained one by one too
EPOCHS_OF_A_CURVE = 27


def seconds(trainer: BlockTrainer, configs: Sequence[Config], epochs: int) -> float:
    """Return the seconds of an epoch of one configuration."""
    start = time.perf_counter()
    trainer.train(configs, epochs)
    return (time.perf_counter() - start) / len(configs) / epochs


def measure(name: str, device: Device, size: int, count: int, epochs: int, repeats: int) -> str:
    """Return a row of the table."""
    spec = TRAINABLES[name]
    session = Session(name, 0, device, spec.load("subset", 0, None), "measured")
    fast, slow = block_trainer(spec, session), OneByOne(spec, session)
    configs = design(name, spec.space(), DESIGN).configs
    groups = blocks(fast, configs, size)
    chosen = np.random.default_rng(derive("measured", name)).choice(
        len(groups), min(count, len(groups)), replace=False
    )
    for trainer in (fast, slow):
        trainer.train(configs[:1], 1)  # compiles, imports
    pairs = []
    for _ in range(repeats):
        ours = theirs = members = 0.0
        for block in ([configs[i] for i in groups[number]] for number in chosen):
            weight = len(block)
            used = block if fast.name == "stacked" else block[:ALONE]  # others do not care for the block
            ours += weight * seconds(fast, used, epochs)
            theirs += weight * seconds(slow, block[:ALONE], epochs)
            members += weight
        pairs.append((ours / members, theirs / members))
    hourly = [[3600 / EPOCHS_OF_A_CURVE / each for each in side] for side in zip(*pairs, strict=True)]
    ratios = [theirs / ours for ours, theirs in pairs]
    cells = [f"{statistics.median(v):,.0f} ({min(v):,.0f} to {max(v):,.0f})" for v in hourly]
    ratio = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
    return f"| {name} | {fast.name} | {cells[0]} | {cells[1]} | {ratio} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(NAMES))
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
    parser.add_argument("--block", type=int, default=128, help="configurations in it (default: %(default)s)")
    parser.add_argument("--blocks", type=int, default=8, help="of the design (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| trainable | trainer | configurations an hour | one by one | ratio |\n|---|---|---|---|---|")
    for name in options.names:
        row = measure(name, options.device, options.block, options.blocks, options.epochs, options.repeats)
        print(row, flush=True)


if __name__ == "__main__":
    main()
