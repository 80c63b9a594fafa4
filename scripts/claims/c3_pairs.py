"""Claim 3: the best pairs of Optuna's tutorial, random search with median stopping and TPE with HyperBand."""

from __future__ import annotations

from scripts.claims.cells import Cells, simultaneous
from scripts.claims.claim import TESTED, Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import both, collect, ends, scales
from scripts.claims.grids import grid
from scripts.claims.page import forest, table
from scripts.claims.tasks import ALL, FUNCTIONS, margins

BEST = {"random": "median", "optuna-tpe": "hyperband"}
SCHEDULERS = ("median", "hyperband", "asha", "fifo")
EPOCHS, WORKERS = 27, 4
TRIALS = 1000  # more than there is time for
#: Seconds of 24 whole trainings of the median length on that number of workers.
SECONDS = {
    "digits-mlp": 2.2,
    "mnist-convnet": 27.0,
    "mnist-wide": 70.0,
    "hartmann6": 162.0,
    "mixed-ackley": 162.0,
}
DECIDING = tuple(task.name for task in FUNCTIONS)


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict from the functions' cells, for the claim is not of deep learning."""
    deciding = {key: cell for key, cell in cells.items() if key[1] in DECIDING}
    if any(cell.worse for cell in deciding.values()):
        return "not confirmed"
    beaten = {key[0] for key, cell in deciding.items() if cell.better}
    rivals = {key[0] for key in deciding}
    sure = beaten == rivals and all(cell.no_loss for cell in deciding.values())
    return "confirmed" if sure else "undecided"


def measure(repetitions: range) -> ClaimEvidence:
    """Run both searchers with each scheduler for the same time."""
    pairs = [(searcher, scheduler) for searcher in BEST for scheduler in SCHEDULERS]
    searches = grid(
        "c3", repetitions, ALL, pairs, trials=TRIALS, epochs=EPOCHS, workers=WORKERS, budgets=SECONDS
    )
    parts = []
    for searcher, best in BEST.items():
        for rival in (scheduler for scheduler in SCHEDULERS if scheduler != best):
            for task in ALL:
                ahead = ends(searches[task.name, searcher, best]) - ends(searches[task.name, searcher, rival])
                parts.append(both(task, (f"{searcher}: {best} - {rival}", task.name), ahead))
    cells, beside = simultaneous(*collect(parts))
    deciding = {key: cell for key, cell in cells.items() if key[1] in DECIDING}
    better, worse = (sum(getattr(c, what) for c in deciding.values()) for what in ("better", "worse"))
    lost = [f"{line} on {task}" for (line, task), cell in deciding.items() if cell.worse]
    return ClaimEvidence(
        cells,
        beside,
        f"Of {len(deciding)} comparisons on functions the pair said to be best is better in {better} and "
        f"worse in {worse}{': ' if lost else ''}{', '.join(lost)}.",
        {
            "Tuned metric of the pair said to be best minus that of another scheduler": table(cells, ""),
            "The same by the test metric, or without noise": table(beside, ""),
            "Units": scales(ALL, {task.name: searches[task.name, "random", "fifo"][0] for task in ALL}),
        },
        forest(cells, "ahead of the other scheduler (right is better; the band is the margin)"),
    )


CLAIM = Claim(
    title="Random search with median stopping and TPE with HyperBand are the best pairs",
    said='"at least for not deep learning tasks, we would say that" "For RandomSampler, MedianPruner is '
    'the best" '
    'and "For TPESampler, HyperbandPruner is the best".',
    place='Optuna\'s tutorial "Efficient Optimization Algorithms"',
    setting=f"All get the time of 24 whole trainings on {WORKERS} workers (virtual seconds: "
    f"{', '.join(f'{task} {seconds:g}' for task, seconds in SECONDS.items())}). The verdict is that of the "
    "functions, since its authors except deep learning; the recorded networks are shown beside them. "
    "Optuna's pruners are not Ray's schedulers, and its benchmark was of other tasks.",
    confirmed="on no function the pair is worse by the margin than the same searcher with another "
    "scheduler, and each other scheduler is surely beaten on at least one",
    refuted="on some function another scheduler is better (upper limit below 0, estimate beyond the margin)",
    rule=rule,
    unit=f"the tuned metric's own; margins {margins(ALL)}",
    tested=TESTED,
    control="fifo, under which no trial is stopped",
    measure=measure,
)
