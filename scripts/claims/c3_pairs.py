"""Claim 3: the best pairs of Optuna's tutorial, random search with median stopping and TPE with HyperBand."""

from __future__ import annotations

import numpy as np

from scripts.claims.finding import ClaimResult, Floats, forest, interval, markdown
from scripts.claims.grids import run, score_of

TASKS = {"digits-mlp": 3.7, "mnist-convnet": 45.0, "hartmann6": 270.0}  # seconds, of 40 whole trainings
BEST = {"random": "median", "optuna-tpe": "hyperband"}
SCHEDULERS = ("median", "hyperband", "asha", "fifo")
TRIALS, EPOCHS, WORKERS = 1000, 27, 4  # more trials than there is time for


def scores(repetitions: int) -> dict[tuple[str, str, str], Floats]:
    """Return the scores after the same time, by task, searcher and scheduler, shape (repetitions,)."""
    found: dict[tuple[str, str, str], Floats] = {}
    for task, seconds in TASKS.items():
        grid = run(
            f"pairs-{task}",
            trainables=task,
            searchers=list(BEST),
            schedulers=list(SCHEDULERS),
            trials=TRIALS,
            epochs=EPOCHS,
            workers=WORKERS,
            time_budget=seconds,
            repetitions=repetitions,
        )
        for _, row in grid.experiments[grid.experiments["status"] == "ok"].iterrows():
            cell = task, row["searcher"], row["scheduler"]
            found.setdefault(cell, np.full(repetitions, np.nan))[int(row["repetition"])] = score_of(
                row, row["best"]
            )
    return found


def check(repetitions: int) -> ClaimResult:
    """Run the grids and state what came of it."""
    found = scores(repetitions)
    level = 1 - 0.05 / (len(SCHEDULERS) - 1)

    def behind(task: str, pair: str) -> Floats:
        searcher, scheduler = pair.split(" + ")
        return found[task, searcher, scheduler] - found[task, searcher, BEST[searcher]]

    pairs = [f"{searcher} + {s}" for searcher in BEST for s in SCHEDULERS if s != BEST[searcher]]
    rows: list[list[str]] = []
    better: list[str] = []
    worse = 0
    for pair in pairs:
        cells = [pair]
        for task in TASKS:
            mean, low, high = interval(behind(task, pair), level=level)
            cells.append(f"{mean:+.1f} ({low:+.1f} to {high:+.1f})")
            better += [f"{pair} on {task}"] if low > 0 else []
            worse += high < 0
        rows.append(cells)
    own = [
        [f"{searcher} + {best}: score", *(f"{found[task, searcher, best].mean():.1f}" for task in TASKS)]
        for searcher, best in BEST.items()
    ]
    total = len(pairs) * len(TASKS)
    return ClaimResult(
        "Random search with median stopping and TPE with HyperBand are the best pairs",
        "For random sampling the median pruner is the best, for TPE the HyperBand pruner (Optuna's tutorial "
        '"Efficient Optimization Algorithms").',
        "confirmed" if worse == total else "not confirmed" if better else "undecided",
        f"Of {total} comparisons with another scheduler under the same searcher, the pair said to be best is "
        f"better in {worse} and worse in {len(better)} (n = {repetitions}){': ' if better else ''}"
        f"{', '.join(better)}.",
        f"All get the time of 40 whole trainings on {WORKERS} workers; score points, paired; intervals "
        f"corrected for {len(SCHEDULERS) - 1} comparisons. Optuna's pruners are not Ray's schedulers, and "
        "its benchmark was of other tasks.",
        markdown(["score minus that of the pair said to be best", *TASKS], [*rows, *own]),
        forest(behind, list(TASKS), pairs, "points above the pair said to be best"),
    )
