"""Files of learning curves, written for tests."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HEADER = ("lr", "width", "epoch", "val_loss")
Row = list[Any]


def loss(lr: float, width: int, epoch: int, seed: int = 0) -> float:
    """Return a loss that falls with the epochs; least at a learning rate of 0.01 and the largest width."""
    return round(0.2 + abs(lr - 0.01) * 20 + 1 / width + 1 / epoch + 0.01 * seed, 6)


def rows(configs: int = 12, epochs: int = 4, seeds: int = 1) -> list[Row]:
    """Return rows of complete curves under ``HEADER``, and the seed behind them if there are several."""
    found = []
    for index in range(configs):
        lr, width = round(0.001 * 1.3**index, 6), (8, 16, 32)[index % 3]
        for seed in range(seeds):
            for epoch in range(1, epochs + 1):
                row = [lr, width, epoch, loss(lr, width, epoch, seed)]
                found.append([*row, seed] if seeds > 1 else row)
    return found


def write(path: Path, lines: Iterable[Row], header: Iterable[str] = HEADER) -> Path:
    """Write a CSV file; the first row is in line 2."""
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([list(header), *lines])
    return path


def changed(lines: list[Row], change: Callable[[list[Row]], Any]) -> list[Row]:
    """Return the rows after a change in place."""
    change(lines)
    return lines
