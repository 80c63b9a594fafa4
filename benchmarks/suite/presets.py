"""Presets: the grids from which options and spec files start."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.suite.grid import Grid

DEFAULT = "quick"
FIRST = ("mnist-convnet",)
PRESETS: Mapping[str, Grid] = {
    # A quick look in minutes on two cores.
    "quick": Grid(trainables=FIRST, train_size=2000),
    # Enough repetitions for an interval.
    "standard": Grid(trainables=FIRST, trials=27, epochs=27, repetitions=10),
    # For a figure in a paper; many hours.
    "paper": Grid(trainables=(*FIRST, "digits-mlp"), trials=81, epochs=27, repetitions=30),
}
