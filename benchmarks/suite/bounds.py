"""Bounds of what a grid may ask for: beyond them a number is a slip of the keyboard, and no budget."""

from __future__ import annotations

import math
from collections.abc import Mapping

from benchmarks.core.refusal import shown

#: The smallest and the largest value of each number of a grid.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "trials": (1, 10**6),
    "epochs": (1, 10**6),
    "workers": (1, 10_000),
    "repetitions": (1, 10**5),
    "train_size": (0, 10**9),
    "max_failures": (-1, 10**6),
    "time_budget": (0, 10**9),
    "stragglers": (0, 10**6),
}
#: What to give in place of a number that is too small, where its least value says too little.
MEANING = {
    "train_size": "give a number of examples, or 0 for all",
    "max_failures": "give a number of times, or -1 for always",
    "time_budget": "give seconds on the clock, 0 for no limit",
    "stragglers": "give a standard deviation, 0 for none",
}
MOST_GPUS = 1000  # of a trial
MOST_EXPERIMENTS = 10**6  # of a grid
MOST_TEXT = 10_000  # characters of a glob, or of the workers' speeds
MOST_BYTES = 10**6  # of a spec file


def why_beyond(name: str, value: float) -> str:
    """Return in one line why a grid's number cannot be, "" if it can."""
    least, most = BOUNDS[name]
    if not value >= least:  # NaN neither
        return f"{name} is {shown(value)}; {MEANING.get(name, f'it must be at least {least}')}"
    return f"{name} is {shown(value)}; it must be at most {most:,}" if value > most else ""


def why_no_share(share: float) -> str:
    """Return in one line why this cannot be a trial's share of GPUs, "" if it can."""
    if 0 < share <= MOST_GPUS and (share <= 1 or share == math.floor(share)):
        return ""
    return (
        f"gpus_per_trial is {shown(share)}; give a share between 0 and 1, or whole GPUs, up to {MOST_GPUS:,}"
    )
