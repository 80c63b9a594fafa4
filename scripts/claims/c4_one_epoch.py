"""Claim 4: one epoch is all you need."""

from __future__ import annotations

import numpy as np

from results.statistics.steps import held
from scripts.claims.finding import ClaimResult, Floats, forest, interval, markdown
from scripts.claims.grids import curves, run, score_of

TASKS = ("digits-mlp", "mnist-convnet", "hartmann6", "mixed-ackley")
REFERENCE = "one-epoch"
SCHEDULERS = ("asha", "asha-promote", "sha", "hyperband", "median", "fifo")
TRIALS, EPOCHS, WORKERS = 81, 27, 4
MARGIN = 2.0  # score points, a loss without practical weight


def scores(repetitions: int) -> dict[tuple[str, str], Floats]:
    """Return the scores at the cost of one-epoch, by task and scheduler, shape (repetitions,)."""
    found: dict[tuple[str, str], Floats] = {}
    for task in TASKS:
        grid = run(
            f"one-epoch-{task}",
            trainables=task,
            searchers="random",
            schedulers=[*SCHEDULERS, REFERENCE],
            trials=TRIALS,
            epochs=EPOCHS,
            workers=WORKERS,
            repetitions=repetitions,
        )
        mine = grid.experiments[grid.experiments["scheduler"] == REFERENCE]
        cost = dict(zip(mine["repetition"], mine["epochs_spent"], strict=True))
        for row, curve in curves(grid, "epochs"):
            of_all = found.setdefault((task, row["scheduler"]), np.full(repetitions, np.nan))
            of_all[int(row["repetition"])] = score_of(row, float(held(curve, [cost[row["repetition"]]])[0]))
    return found


def check(repetitions: int) -> ClaimResult:
    """Run the grids and state what came of it."""
    found = scores(repetitions)
    level = 1 - 0.05 / len(SCHEDULERS)
    rows, worse, alike = [], [], []
    for scheduler in SCHEDULERS:
        cells = [scheduler]
        for task in TASKS:
            mean, low, high = interval(found[task, REFERENCE] - found[task, scheduler], level=level)
            cells.append(f"{mean:+.1f} ({low:+.1f} to {high:+.1f})")
            if scheduler != "fifo":
                (worse if high < -MARGIN else alike if low > -MARGIN else []).append(f"{scheduler} on {task}")
        rows.append(cells)
    pairs = (len(SCHEDULERS) - 1) * len(TASKS)
    return ClaimResult(
        "One epoch is all you need",
        "To train everyone for one epoch and the best to their end does as well as multi-fidelity "
        "schedulers do (Egele et al., arXiv 2307.15422).",
        "confirmed" if len(alike) == pairs else "not confirmed" if worse else "undecided",
        f"Of {pairs} pairs of a multi-fidelity scheduler and a task, one-epoch is not worse by {MARGIN:g} "
        f"score points in {len(alike)}, worse by more in {len(worse)}, and {pairs - len(alike) - len(worse)} "
        f"are open (n = {repetitions}){': ' if worse else ''}{', '.join(worse)}.",
        f"Random search, {TRIALS} trials of at most {EPOCHS} epochs, {WORKERS} workers, compared when as "
        f"many epochs are spent as one-epoch spends; intervals corrected for {len(SCHEDULERS)} comparisons.",
        markdown([f"score of {REFERENCE} minus that of", *TASKS], rows),
        forest(
            lambda task, name: found[task, REFERENCE] - found[task, name],
            TASKS,
            SCHEDULERS,
            f"points of {REFERENCE} above",
        ),
    )
