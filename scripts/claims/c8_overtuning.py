"""Claim 8: overtuning, a choice that generalises worse than the first configuration."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from results.figures.style import looks
from scripts.claims.cells import Cells, ClaimCell, coverage, share
from scripts.claims.claim import SPACING, Claim, ClaimEvidence, Conclusion
from scripts.claims.grids import grid
from scripts.claims.incumbents import Search
from scripts.claims.page import markdown
from scripts.claims.tasks import TABLES

SEARCHERS = {"random": 10, "optuna-tpe": 3}  # with how many times the repetitions each is run
EPOCHS, WORKERS = 27, 1
TRIALS = (4, 8, 16, 32)  # whole trainings, after which the choice is judged
CLAIMED = 0.1
ABOUT = (0.05, 0.2)  # what still is "approximately 10%"


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict; a cell is a share; that of random search over all decides."""
    cell = cells["random", "all tasks and budgets"]
    if cell.low >= ABOUT[0] and cell.high <= ABOUT[1]:
        return "confirmed"
    return "not confirmed" if cell.high < ABOUT[0] or cell.low > ABOUT[1] else "undecided"


def overtuned(search: Search, trials: int) -> bool:
    """Return whether the chosen configuration has a worse test metric than the first one."""
    value, test = search.at(trials * EPOCHS)
    return math.isfinite(value) and test < search.first_beside


def worse_than_before(search: Search) -> bool:
    """Return whether the last choice has a worse test metric than some choice before it: any overtuning."""
    return search.beside[-1] < max(search.beside)


def measure(repetitions: range) -> ClaimEvidence:
    """Run the searches, and judge each choice by the test curves."""
    happened: dict[tuple[str, str, int], list[bool]] = {}
    mild: dict[tuple[str, str], list[bool]] = {}
    gains: dict[tuple[str, str], float] = {}
    for searcher, times in SEARCHERS.items():
        count = min(times * len(repetitions), SPACING)
        more = range(repetitions.start, repetitions.start + count)
        searches = grid(
            "c8", more, TABLES, [(searcher, "fifo")], trials=max(TRIALS), epochs=EPOCHS, workers=WORKERS
        )
        for (name, *_), of in searches.items():
            gains[searcher, name] = float(
                np.mean([search.at(np.inf)[1] - search.first_beside for search in of])
            )
            mild[searcher, name] = [worse_than_before(search) for search in of]
            for trials in TRIALS:
                happened[searcher, name, trials] = [overtuned(search, trials) for search in of]
    tests = len(SEARCHERS) * (len(TABLES) * (len(TRIALS) + 1) + 1)
    level = coverage(tests)
    cells: Cells = {}
    for searcher in SEARCHERS:
        for task, trials in product(TABLES, TRIALS):
            cells[searcher, f"{task.name}, {trials} trials"] = of_cases(
                happened[searcher, task.name, trials], level
            )
        cells[searcher, "all tasks and budgets"] = of_cases(mixed(happened, searcher), level)
    columns = list(dict.fromkeys(column for _, column in cells))
    rows = [[column, *(shown(cells[searcher, column]) for searcher in SEARCHERS)] for column in columns]
    earlier = [
        [task.name, *(shown(of_cases(mild[searcher, task.name], level)) for searcher in SEARCHERS)]
        for task in TABLES
    ]
    overall = cells["random", "all tasks and budgets"]
    return ClaimEvidence(
        cells,
        {},
        "Random search chooses a configuration that is worse on the test images than its first one in "
        f"{shown(overall)} of {overall.n} independent searches. Mean gain in test accuracy over the first "
        "one: "
        f"{', '.join(f'{searcher} on {task} {gain:+.4f}' for (searcher, task), gain in gains.items())}.",
        {
            "Share of searches whose choice has a lower test accuracy than the first configuration": markdown(
                ["task and budget", *SEARCHERS], rows
            ),
            f"In addition, any overtuning: share of searches whose choice after {max(TRIALS)} trials has a "
            "lower test accuracy than some choice before it": markdown(["task", *SEARCHERS], earlier),
        },
        draw(cells),
        others=len(SEARCHERS) * len(TABLES),
    )


def mixed(happened: dict[tuple[str, str, int], list[bool]], searcher: str) -> list[bool]:
    """Return one case of each (task, repetition), with one budget after the other in turn.

    So all are independent.
    """
    return [
        happened[searcher, task.name, TRIALS[place % len(TRIALS)]][place]
        for task in TABLES
        for place in range(len(happened[searcher, task.name, TRIALS[0]]))
    ]


def of_cases(cases: list[bool], level: float) -> ClaimCell:
    """Return a share as a cell."""
    return ClaimCell(*share(cases, level), margin=0.0, n=len(cases))


def shown(cell: ClaimCell) -> str:
    """Return a share as text."""
    return f"{cell.estimate:.1%} ({cell.low:.1%} to {cell.high:.1%})"


def draw(cells: Cells) -> Figure:
    """Draw the shares with their intervals, and what is claimed."""
    figure, panels = plt.subplots(1, len(TABLES), figsize=(8.5, 3), sharey=True, layout="constrained")
    for axes, task in zip(panels, TABLES, strict=True):
        for place, (searcher, look) in enumerate(looks(SEARCHERS).items()):
            of_searcher = [cells[searcher, f"{task.name}, {trials} trials"] for trials in TRIALS]
            y, low, high = (
                100 * np.array([getattr(c, what) for c in of_searcher])
                for what in ("estimate", "low", "high")
            )
            x = np.arange(len(TRIALS)) + 0.15 * (place - 0.5)
            axes.errorbar(
                x, y, [y - low, high - y], fmt=look.marker, color=look.colour, label=searcher, capsize=2
            )
        axes.axhspan(*(100 * limit for limit in ABOUT), color="#D9D9D9", alpha=0.6, linewidth=0)
        axes.axhline(100 * CLAIMED, color="grey", linestyle=":", linewidth=0.8)
        axes.set_xticks(range(len(TRIALS)), [str(trials) for trials in TRIALS])
        axes.set(title=task.name, xlabel="trials", ylim=(0, None))
    panels[0].set_ylabel("worse than the first\nconfiguration (% of searches)")
    panels[-1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


CLAIM = Claim(
    title="Overtuning: in a tenth of the cases the choice generalises worse than the first configuration",
    said='"In approximately 10% of cases, overtuning leads to the selection of a seemingly optimal HPC '
    "with worse "
    'generalization error than the default or first configuration tried."',
    place="Schneider, Bischl and Feurer, arXiv 2506.19540, abstract",
    setting=f"Whole trainings of {EPOCHS} epochs, no trial stopped; the configuration (and its epoch) with "
    f"the best validation accuracy after {', '.join(map(str, TRIALS))} trials, against the first "
    "configuration. The tasks declare no default configuration. Validation and test have as many images "
    f"as each other, and are small. {' and '.join(SEARCHERS)} are run with "
    f"{' and '.join(map(str, SEARCHERS.values()))} times the repetitions, for a share needs more.",
    confirmed=f"the share over all tasks and budgets of random search surely lies between {ABOUT[0]:.0%} "
    f"and {ABOUT[1]:.0%}",
    refuted="it surely lies outside",
    rule=rule,
    unit="searches in which the test accuracy of the choice is lower than that of the first configuration",
    tested="it is what is counted; test accuracy of the recorded curves at the epoch of best validation "
    "accuracy",
    control="the mean gain in test accuracy over the first configuration, which tuning should bring",
    measure=measure,
    interval="Clopper and Pearson's for a share of independent searches; a search counts once in the "
    "overall share, with one budget",
)
