"""Claim 5: a searcher is worth no more than twice the budget."""

from __future__ import annotations

import numpy as np

from scripts.claims.finding import ClaimResult, Floats, forest, interval, markdown
from scripts.claims.grids import run, score_of

TASKS = ("digits-mlp", "mnist-convnet", "hartmann6", "mixed-ackley")
SEARCHERS = (
    *("sobol", "optuna-tpe", "optuna-tpe-multivariate", "optuna-cmaes", "optuna-qmc", "optuna-nsga2"),
    *("hyperopt", "hyperopt-anneal", "nevergrad-oneplusone", "nevergrad-de", "nevergrad-pso"),
    *("nevergrad-cma", "nevergrad-ngopt", "zoopt", "flaml-blendsearch", "flaml-cfo", "bayesopt"),
    *("optuna-gp", "random"),
)
REFERENCE = "random-2x"
TRIALS, EPOCHS, WORKERS = 32, 27, 4


def scores(repetitions: int) -> dict[tuple[str, str], Floats]:
    """Return the final scores by task and searcher, shape (repetitions,)."""
    found: dict[tuple[str, str], Floats] = {}
    for task in TASKS:
        grid = run(
            f"twice-{task}",
            trainables=task,
            searchers=[*SEARCHERS, REFERENCE],
            schedulers="fifo",
            trials=TRIALS,
            epochs=EPOCHS,
            workers=WORKERS,
            repetitions=repetitions,
        )
        for _, row in grid.experiments[grid.experiments["status"] == "ok"].iterrows():
            of_all = found.setdefault((task, row["searcher"]), np.full(repetitions, np.nan))
            of_all[int(row["repetition"])] = score_of(row, row["best"])
    return found


def check(repetitions: int) -> ClaimResult:
    """Run the grids and state what came of it."""
    found = scores(repetitions)
    level = 1 - 0.05 / len(SEARCHERS)  # so that all intervals of a task hold together (Bonferroni)
    rows, above = [], dict.fromkeys(TASKS, 0)
    below = dict.fromkeys(TASKS, 0)
    for searcher in SEARCHERS:
        cells = [searcher]
        for task in TASKS:
            mean, low, high = interval(found[task, searcher] - found[task, REFERENCE], level=level)
            above[task] += low > 0
            below[task] += high < 0
            mark = "**" if low > 0 or high < 0 else ""
            cells.append(f"{mark}{mean:+.1f}{mark} ({low:+.1f} to {high:+.1f})")
        rows.append(cells)
    counted = "; ".join(f"{task} {above[task]} above, {below[task]} below" for task in TASKS)
    models = len(SEARCHERS) - 1
    some, all_tasks = any(above.values()), all(2 * above[task] > models for task in TASKS)
    return ClaimResult(
        "A searcher is worth less than twice the budget",
        'Random search with twice the budget is as good as a searcher (the baseline "random 2x" of Li et '
        "al., arXiv 1603.06560).",
        "not confirmed" if all_tasks else "undecided" if some else "confirmed",
        f"Of {models} searchers and plain random search so many are surely above and surely below random "
        f"search with twice the budget (n = {repetitions}): {counted}.",
        f"{TRIALS} trials against {2 * TRIALS}, of {EPOCHS} epochs, {WORKERS} workers, no trial stopped; "
        f"paired differences in score points, intervals corrected for {len(SEARCHERS)} comparisons. Grid, "
        "repeater and the searchers of other installations (bohb, ax, hebo) are left out.",
        markdown([f"score minus that of {REFERENCE}", *TASKS], rows),
        forest(
            lambda task, name: found[task, name] - found[task, REFERENCE],
            TASKS,
            SEARCHERS,
            f"points above {REFERENCE}",
        ),
    )
