"""Measurement of the curve store: the price of adding an epoch, and of opening the folder.

    python -m scripts.measure_curves [--epochs 100000]

Prints a Markdown table: the median and the 99th percentile of one ``add``, and the seconds of opening a
folder with all epochs in a journal of a living process, and in Parquet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.store import CurveStore

EPOCHS_OF_A_CURVE = 20
CONFIG = '{"lr": 0.012345678901234567, "momentum": 0.51234567890123456}'


def epoch(number: int) -> TrainedEpoch:
    """Return an epoch with an ordinary report."""
    report = {"mean_accuracy": 0.1 + number / 77, "loss": 2.3 / number, "examples": 512.0, "noise": 1 / 3}
    return TrainedEpoch(number, report, 0.0381234 * number, 0.037, 0.97)


def adding(store: CurveStore, epochs: int) -> list[float]:
    """Add epochs; return the microseconds of each."""
    took = []
    for curve in range(epochs // EPOCHS_OF_A_CURVE):
        head = CurveHead(f"{curve:020x}", "5" * 16, 0, CONFIG, 1.0)
        for number in range(1, EPOCHS_OF_A_CURVE + 1):
            trained = epoch(number)
            start = time.perf_counter()
            store.add(head, trained)
            took.append((time.perf_counter() - start) * 1e6)
    return took


def seconds(act: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def store_table(epochs: int) -> str:
    """Return the table of the store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = CurveStore(folder)
        took = adding(store, epochs)
        journal = seconds(lambda: CurveStore(folder))
        closing = seconds(store.close)
        parquet = seconds(lambda: CurveStore(folder))
    rows = {
        "adding an epoch, median": f"{np.median(took):.1f} us",
        "adding an epoch, 99th percentile": f"{np.percentile(took, 99):.1f} us",
        f"opening {len(took):,} epochs in a journal": f"{journal:.2f} s",
        f"opening {len(took):,} epochs in Parquet": f"{parquet:.2f} s",
        f"putting {len(took):,} epochs into Parquet": f"{closing:.2f} s",
    }
    return "\n".join(
        ["| curve store | |", "|---|---|", *(f"| {what} | {how} |" for what, how in rows.items())]
    )


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=100_000)
    print(store_table(parser.parse_args().epochs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
