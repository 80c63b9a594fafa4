"""Presets: the grids from which options and spec files start."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.suite.grid import Grid

DEFAULT = "quick"
PRESETS: Mapping[str, Grid] = {
    # A quick look in minutes on two cores.
    "quick": Grid(train_size=2000),
    # Enough repetitions for an interval.
    "standard": Grid(trials=27, epochs=27, repetitions=10),
    # For a figure in a paper; many hours.
    "paper": Grid(trainables=("mnist-convnet", "digits-mlp"), trials=81, epochs=27, repetitions=30),
}
