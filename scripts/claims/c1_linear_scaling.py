"""Claim 1: linear scaling of ASHA with the number of workers."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt

from results.figures.style import looks
from scripts.claims.finding import ClaimResult, Conclusion, Floats, interval, markdown
from scripts.claims.grids import curves, run, time_to

TASK, TARGET = "digits-mlp", 0.97
SCHEDULERS = ("asha", "asha-promote", "sha", "hyperband", "fifo")
WORKERS = (1, 5, 25, 100, 500)
TRIALS, EPOCHS = 1000, 27


def times(repetitions: int) -> dict[tuple[str, int], Floats]:
    """Return the seconds to the target by scheduler and workers, shape (repetitions,)."""
    found: dict[tuple[str, int], Floats] = {}
    for workers in WORKERS:
        grid = run(
            f"scaling-{workers}",
            trainables=TASK,
            searchers="random",
            schedulers=list(SCHEDULERS),
            workers=workers,
            trials=TRIALS,
            epochs=EPOCHS,
            repetitions=repetitions,
        )
        for row, curve in curves(grid, "clock"):
            of_all = found.setdefault((row["scheduler"], workers), np.full(repetitions, np.inf))
            of_all[int(row["repetition"])] = time_to(curve, TARGET, "max")
    return found


def check(repetitions: int) -> ClaimResult:
    """Run the grid and state what came of it."""
    found = times(repetitions)
    rows, means = [], {}
    for scheduler in SCHEDULERS:
        cells = [scheduler]
        for workers in WORKERS:
            reached = found[scheduler, workers]
            done = reached[np.isfinite(reached)]
            speed = interval(np.log(found[scheduler, 1] / reached))[0] if len(done) == repetitions else np.nan
            means[scheduler, workers] = float(np.exp(speed))
            cells.append(f"{np.median(reached):,.1f} s ({np.exp(speed):.1f}x)")
        rows.append(cells)
    gain = np.log(found["asha", 1] / found["asha", 25])
    mean, low, high = (float(np.exp(v)) for v in interval(gain))
    most = means["asha", 500]
    verdict: Conclusion = "confirmed" if low <= 25 <= high else "not confirmed" if high < 25 else "undecided"
    return ClaimResult(
        "ASHA scales linearly with the number of workers",
        'ASHA "scales linearly with the number of workers in distributed settings" (Li et al., arXiv '
        "1810.05934, abstract).",
        verdict,
        f"With 25 workers Ray's ASHA reaches the target {mean:.1f} times as fast as with one (interval "
        f"{low:.1f} to {high:.1f}; n = {repetitions}), with 500 workers {most:.0f} times.",
        f"{TASK}, a validation accuracy of {TARGET}, {TRIALS} trials of at most {EPOCHS} epochs; confirmed "
        "if the interval at 25 workers holds 25. What is left with 500 workers is the time of the few epochs "
        "that the winner needs.",
        markdown(["median time (speed-up)", *(f"{workers} workers" for workers in WORKERS)], rows),
        draw(found),
    )


def draw(found: dict[tuple[str, int], Floats]) -> plt.Figure:
    """Draw the median time against the workers, both logarithmic."""
    figure, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
    for scheduler, look in looks(SCHEDULERS).items():
        medians = [float(np.median(found[scheduler, workers])) for workers in WORKERS]
        label = "random search (fifo)" if scheduler == "fifo" else scheduler
        axes.plot(WORKERS, medians, label=label, color=look.colour, dashes=look.dashes, marker=look.marker)
    first = float(np.median(found["asha", 1]))
    axes.plot(WORKERS, [first / workers for workers in WORKERS], ":", color="grey", label="linear, from asha")
    axes.set(xscale="log", yscale="log", xlabel="workers", ylabel=f"virtual seconds to {TARGET}")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure
