"""Claim 10: early stopping hurts TPE."""

from __future__ import annotations

from scripts.claims.cells import Cells, simultaneous
from scripts.claims.claim import TESTED, Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import both, collect, ends, scales
from scripts.claims.grids import Searches, grid
from scripts.claims.page import forest, table
from scripts.claims.tasks import CONVNET, DIGITS, HARTMANN, WIDE, margins

TASKS = (DIGITS, CONVNET, WIDE, HARTMANN)
MODEL, CONTROL = "optuna-tpe", "random"
STOPPING, WHOLE = ("asha", "median", "hyperband"), "fifo"
EPOCHS, WORKERS = 27, 4
BUDGET = 32 * EPOCHS  # epochs over all trials
TRIALS = {"asha": 250, "median": 100, "hyperband": 130, WHOLE: 33}  # enough for the budget
ADVANTAGE = "TPE's advantage over random with "


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict; a cell is what TPE loses by a scheduler that stops."""
    losses = [cell for (line, _), cell in cells.items() if not line.startswith(ADVANTAGE)]
    if any(cell.better for cell in losses):
        return "confirmed"
    return "not confirmed" if all(cell.no_gain for cell in losses) else "undecided"


def measure(repetitions: range) -> ClaimEvidence:
    """Run TPE and random search with and without early stopping, to the same number of epochs."""
    searches: Searches = {}
    for scheduler in (*STOPPING, WHOLE):
        pairs = [(MODEL, scheduler), (CONTROL, scheduler)]
        trials = TRIALS[scheduler]
        searches |= grid(
            f"c10-{scheduler}", repetitions, TASKS, pairs, trials=trials, epochs=EPOCHS, workers=WORKERS
        )
    at_budget = {cell: ends(of, BUDGET) for cell, of in searches.items()}
    parts = []
    for scheduler in STOPPING:
        for task in TASKS:
            lost = at_budget[task.name, MODEL, WHOLE] - at_budget[task.name, MODEL, scheduler]
            parts.append(both(task, (f"loss by {scheduler}", task.name), lost))
    for scheduler in (*STOPPING, WHOLE):
        for task in TASKS:
            ahead = at_budget[task.name, MODEL, scheduler] - at_budget[task.name, CONTROL, scheduler]
            parts.append(both(task, (f"{ADVANTAGE}{scheduler}", task.name), ahead))
    cells, beside = simultaneous(*collect(parts))
    losses = {key: cell for key, cell in cells.items() if not key[0].startswith(ADVANTAGE)}
    hurt, helped, none = (
        sum(getattr(cell, what) for cell in losses.values()) for what in ("better", "worse", "no_gain")
    )
    spent = min(search.spent for of in searches.values() for search in of)
    return ClaimEvidence(
        cells,
        beside,
        f"At {BUDGET} epochs early stopping costs TPE something in {hurt} of {len(losses)} cells, helps in "
        f"{helped}, and surely costs no more than the margin in {none}."
        + (f" (A run ended after {spent} epochs.)" if spent < BUDGET else ""),
        {
            "Loss of TPE by early stopping, and its advantage over random search": table(cells, ""),
            "The same by the test metric, or without noise": table(beside, ""),
            "Units": scales(TASKS, {task.name: searches[task.name, CONTROL, WHOLE][0] for task in TASKS}),
        },
        forest(
            cells, "tuned metric (right of 0: lost by stopping, or ahead of random; the band is the margin)"
        ),
    )


CLAIM = Claim(
    title="Early stopping hurts TPE",
    said='"The combination of TPE and pruning sometimes poorly works, as distribution update is trapped by '
    "the "
    'pruning mechanism." Whether TPE and pruning go together is asked again in issues 2481 and 2895.',
    place="a maintainer of Optuna, optuna/optuna, issue 270, 2018",
    setting="Optuna's TPE through Ray Tune, which tells it the last result of a stopped trial as its "
    f"value; {BUDGET} epochs over all trials of at most {EPOCHS}, {WORKERS} workers. Optuna's own pruners "
    "are not Ray's schedulers, and its TPE treats pruned trials in its own way.",
    confirmed="with some scheduler on some task TPE is worse than without early stopping at the same "
    "number of epochs (lower limit of the loss above 0, estimate above the margin)",
    refuted="in no cell it loses the margin (every upper limit of the loss is below the margin)",
    rule=rule,
    unit=f"the tuned metric's own; margins {margins(TASKS)}",
    tested=TESTED,
    control="random search with the same schedulers, which learns nothing that stopping could spoil",
    measure=measure,
)
