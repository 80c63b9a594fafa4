"""Measurement of the time in which a table serves an epoch, in runs of 10,000 trials on the virtual engine.

    python -m scripts.measure_tables [TRAINABLE ...] [--trials 10000] [--workers 100] [--repeats 5]

Random search under asha and fifo, 27 epochs.  All calls of the table are timed: a trial's start, which
computes its whole curve, and its epochs.  Prints a Markdown table: microseconds an epoch, medians with the
smallest and the largest in brackets, and the share of the experiment's time that the table takes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.curves.model import CurveModel
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.engines.common.tune_job import quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import bare_context
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES


class Timed(VirtualExecution):
    """An execution that times what its curves do."""

    spent = 0.0

    def model(self) -> CurveModel:
        model = super().model()
        for name in ("start", "step"):
            setattr(model, name, self._timed(getattr(model, name)))
        return model

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            began = time.process_time()
            try:
                return call(*args)
            finally:
                self.spent += time.process_time() - began

        return timed


def measure(name: str, scheduler: str, trials: int, workers: int) -> tuple[float, float]:
    """Return seconds of the table for each epoch served, and its share of the experiment's time."""
    experiment = Experiment(
        *(name, "random", scheduler), trials=trials, epochs=27, workers=workers, engine="virtual"
    )
    with bare_context() as context:
        began = time.process_time()
        execution = Timed(experiment, context)
        outcome = execution.run()
        whole = time.process_time() - began
    assert outcome.status == "ok", outcome.row["reason"]
    return execution.spent / len(outcome.results), execution.spent / whole


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    shipped = [name for name, spec in TRAINABLES.items() if isinstance(spec.curves, Recorded)]
    parser.add_argument("names", nargs="*", default=shipped)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    quiet()
    load_here(["random"], ["asha", "fifo"], args.names)
    print("| table | scheduler | microseconds an epoch | of the experiment's time |\n|---|---|---|---|")
    for name in args.names:
        for scheduler in ("asha", "fifo"):
            runs = [measure(name, scheduler, args.trials, args.workers) for _ in range(args.repeats)]
            each = sorted(1e6 * seconds for seconds, _ in runs)
            share = statistics.median(share for _, share in runs)
            spread = f"{statistics.median(each):.1f} ({each[0]:.1f} to {each[-1]:.1f})"
            print(f"| {name} | {scheduler}, {args.trials:,} trials | {spread} | {share:.0%} |", flush=True)


if __name__ == "__main__":
    main()
