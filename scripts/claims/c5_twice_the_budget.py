"""Claim 5: Bayesian optimisation does no better than random search with twice the budget."""

from __future__ import annotations

import numpy as np

from scripts.claims.cells import Cells, simultaneous
from scripts.claims.claim import TESTED, Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import both, collect, ends, scales
from scripts.claims.grids import grid
from scripts.claims.page import forest, table
from scripts.claims.tasks import ALL, margins

BAYESIAN = ("optuna-tpe", "optuna-tpe-multivariate", "hyperopt", "bayesopt", "optuna-gp")
OTHERS = (
    *("sobol", "optuna-qmc", "optuna-cmaes", "optuna-nsga2", "hyperopt-anneal", "nevergrad-oneplusone"),
    *("nevergrad-de", "nevergrad-pso", "nevergrad-cma", "nevergrad-ngopt", "zoopt", "flaml-blendsearch"),
    *("flaml-cfo", "centre"),
)
SEARCHERS = (*BAYESIAN, *OTHERS)
REFERENCE, HALF = "random-2x", "random"  # nested: the first half of the one is the other, so never tested
TRIALS, EPOCHS, WORKERS = 32, 27, 4


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict from the cells of Bayesian searchers."""
    bayesian = [cell for (searcher, _), cell in cells.items() if searcher in BAYESIAN]
    if any(cell.better for cell in bayesian):
        return "not confirmed"
    return "confirmed" if all(cell.no_gain for cell in bayesian) else "undecided"


def measure(repetitions: range) -> ClaimEvidence:
    """Run every searcher, and random search with twice the epochs."""
    pairs = [(searcher, "fifo") for searcher in (*SEARCHERS, REFERENCE, HALF)]
    searches = grid("c5", repetitions, ALL, pairs, trials=TRIALS, epochs=EPOCHS, workers=WORKERS)
    at_end = {(cell[1], cell[0]): ends(of) for cell, of in searches.items()}
    parts = [
        both(task, (searcher, task.name), at_end[searcher, task.name] - at_end[REFERENCE, task.name])
        for searcher in SEARCHERS
        for task in ALL
    ]
    cells, beside = simultaneous(*collect(parts))
    counts = "; ".join(
        f"{task.name} {sum(cells[s, task.name].better for s in BAYESIAN)} better, "
        f"{sum(cells[s, task.name].worse for s in BAYESIAN)} worse, "
        f"{sum(cells[s, task.name].no_gain for s in BAYESIAN)} surely no better by the margin"
        for task in ALL
    )
    doubled = ", ".join(
        f"{task.name} {task.sign * np.mean(at_end[REFERENCE, task.name] - at_end[HALF, task.name], 0)[0]:.4f}"
        for task in ALL
    )
    return ClaimEvidence(
        cells,
        beside,
        f"Of {len(BAYESIAN)} Bayesian searchers against random search with twice the epochs: {counts}. "
        "What the second half of the budget brings random search, on average (never negative, hence not "
        f"tested): {doubled}.",
        {
            f"Tuned metric of each searcher minus that of {REFERENCE}": table(cells, "searcher"),
            "The same by the test metric, or without noise": table(beside, "searcher"),
            "Units": scales(ALL, {task.name: searches[task.name, HALF, "fifo"][0] for task in ALL}),
        },
        forest(cells, f"tuned metric minus that of {REFERENCE} (right is better; the band is the margin)"),
    )


CLAIM = Claim(
    title="Bayesian optimisation against twice the budget of random search",
    said='"Bayesian optimization methods do not outperform random search trained for twice as long".',
    place="Li et al., arXiv 1603.06560, version 1, abstract",
    setting=f"{TRIALS * EPOCHS} epochs for each searcher, that is {TRIALS} trials of {EPOCHS} epochs, and "
    f"twice as many for random search; {WORKERS} workers, no trial stopped. The verdict is that of "
    f"{', '.join(BAYESIAN)}; other searchers are shown beside them. Its authors had 117 data sets.",
    confirmed="no Bayesian searcher is better by the margin on any task (every upper limit is below the "
    "margin)",
    refuted="on some task a Bayesian searcher is better: its lower limit is above 0 and its estimate "
    "above the margin",
    rule=rule,
    unit=f"the tuned metric's own; margins {margins(ALL)}",
    tested=TESTED,
    control=f"{HALF}, which is the first half of {REFERENCE}, is shown and not tested",
    measure=measure,
)
