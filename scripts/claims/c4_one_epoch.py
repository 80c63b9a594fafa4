"""Claim 4: early discarding adds little to discarding after a constant number of epochs."""

from __future__ import annotations

from itertools import product

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from results.figures.style import looks
from results.statistics.pareto import front
from schedulers.one_epoch import FAMILY
from scripts.claims.cells import Cells, ClaimCell, simultaneous
from scripts.claims.claim import Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import both, collect, ends, scales
from scripts.claims.grids import Searches, grid
from scripts.claims.page import markdown, table
from scripts.claims.tasks import TABLES, margins

SEARCHERS = ("random", "optuna-tpe")
DISCARDING = ("asha", "asha-promote", "sha", "hyperband", "median")
CONTROL = "fifo"
TRIALS, EPOCHS, WORKERS = 81, 27, 4
FEWER = (27, 54, 81)  # trials of i-epoch, for a front over all budgets

CellName = tuple[str, str, str]  # task, searcher, "SCHEDULER of N"


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict from the added value of each scheduler in each column."""
    values = added_values(cells).values()
    if "added" in values:
        return "not confirmed"
    return "confirmed" if all(value == "none" for value in values) else "undecided"


def added_values(cells: Cells) -> dict[tuple[str, str], str]:
    """Return whether each scheduler adds value: "added", "none" or "open", by (scheduler, column).

    A cell is a scheduler minus one i-epoch that costs no more.  Value is added if it is better than all of
    these, and none is if it is surely no better than some.
    """
    groups: dict[tuple[str, str], list[ClaimCell]] = {}
    for (line, column), cell in cells.items():
        groups.setdefault((line.partition(" - ")[0], column), []).append(cell)
    return {
        place: "added"
        if all(cell.better for cell in group)
        else "none"
        if any(cell.no_gain for cell in group)
        else "open"
        for place, group in groups.items()
    }


def run(repetitions: range) -> Searches:
    """Return all searches; the number of trials stands behind the scheduler's name."""
    searches: Searches = {}
    for trials in FEWER:
        schedulers = [*FAMILY, *((*DISCARDING, CONTROL) if trials == TRIALS else ())]
        pairs = list(product(SEARCHERS, schedulers))
        part = grid(f"c4-{trials}", repetitions, TABLES, pairs, trials=trials, epochs=EPOCHS, workers=WORKERS)
        searches |= {(task, s, f"{scheduler} of {trials}"): of for (task, s, scheduler), of in part.items()}
    return searches


def affordable(costs: dict[CellName, float], task: str, searcher: str, scheduler: str) -> list[str]:
    """Return of each i the i-epoch with most trials that costs no more epochs than the scheduler does."""
    most = costs[task, searcher, scheduler]
    chosen = []
    for name in FAMILY:
        fits = [n for n in FEWER if costs[task, searcher, f"{name} of {n}"] <= most]
        chosen += [f"{name} of {max(fits)}"] if fits else []
    return chosen


def measure(repetitions: range) -> ClaimEvidence:
    """Run the schedulers and the family of i-epoch."""
    searches = run(repetitions)
    costs = {cell: float(np.mean([search.spent for search in of])) for cell, of in searches.items()}
    parts = []
    for task, searcher, name in product(TABLES, SEARCHERS, (*DISCARDING, CONTROL)):
        scheduler = f"{name} of {TRIALS}"
        at_end = ends(searches[task.name, searcher, scheduler])
        for rival in affordable(costs, task.name, searcher, scheduler):
            key = f"{name} - {rival}", f"{task.name}, {searcher}"
            parts.append(both(task, key, at_end - ends(searches[task.name, searcher, rival])))
    tuned, other = collect(parts)
    all_cells, beside = simultaneous(tuned, other)
    cells, control = (
        {k: c for k, c in all_cells.items() if k[0].startswith(CONTROL) is is_control}
        for is_control in (False, True)
    )
    values = added_values(cells)
    added = [f"{scheduler} on {column}" for (scheduler, column), value in values.items() if value == "added"]
    none = sum(value == "none" for value in values.values())
    return ClaimEvidence(
        cells,
        {key: cell for key, cell in beside.items() if key in cells},
        f"Of {len(values)} cells of a scheduler, a task and a searcher, it surely adds value to the "
        f"i-epochs that cost no more in {len(added)}{': ' if added else ''}{', '.join(added)}, and surely "
        f"none in {none}.",
        {
            "Validation accuracy minus that of an i-epoch, with its trials, that costs no more": table(
                all_cells, ""
            ),
            "The same by the test metric": table(beside, ""),
            "Mean cost in epochs and mean validation (test) accuracy; those on the Pareto front of their "
            "column in "
            "bold": front_table(searches, costs),
            "Units": scales(
                TABLES, {t.name: searches[t.name, "random", f"{CONTROL} of {TRIALS}"][0] for t in TABLES}
            ),
        },
        draw(searches, costs),
        others=len(control) + sum(key in control for key in beside),
    )


def front_table(searches: Searches, costs: dict[CellName, float]) -> str:
    """Return cost and quality of everything that was run, with the Pareto fronts marked."""
    names = list(dict.fromkeys(name for *_, name in searches))
    columns = list(product(TABLES, SEARCHERS))
    texts: dict[tuple[str, str, str], str] = {}
    for task, searcher in columns:
        means = {name: ends(searches[task.name, searcher, name]).mean(axis=0) for name in names}
        cost = [costs[task.name, searcher, name] for name in names]
        on_front = set(front(cost, [task.sign * means[name][0] for name in names]).tolist())
        for place, name in enumerate(names):
            mark = "**" if place in on_front else ""
            value, test = means[name]
            texts[name, task.name, searcher] = f"{mark}{cost[place]:.0f}: {value:.4f}{mark} ({test:.4f})"
    rows = [[name, *(texts[name, task.name, searcher] for task, searcher in columns)] for name in names]
    return markdown(
        ["scheduler of trials", *(f"{task.name}, {searcher}" for task, searcher in columns)], rows
    )


def draw(searches: Searches, costs: dict[CellName, float]) -> Figure:
    """Draw mean quality over mean cost: the family's points and front, and the other schedulers."""
    figure, panels = plt.subplots(
        len(SEARCHERS), len(TABLES), figsize=(9, 5.4), sharex=True, layout="constrained", squeeze=False
    )
    styles = looks([*FAMILY, *DISCARDING, CONTROL])
    for (row, searcher), (column, task) in product(enumerate(SEARCHERS), enumerate(TABLES)):
        axes = panels[row][column]
        points: dict[str, list[tuple[float, float]]] = {}
        for (its_task, its_searcher, name), of in searches.items():
            if (its_task, its_searcher) == (task.name, searcher):
                mean = float(ends(of)[:, 0].mean())
                points.setdefault(name.partition(" of ")[0], []).append(
                    (costs[its_task, its_searcher, name], mean)
                )
        family = np.array([point for name in FAMILY for point in points[name]])
        best = family[front(family[:, 0], task.sign * family[:, 1])]
        axes.step(best[:, 0], best[:, 1], where="post", color="grey", linewidth=1, label="front of i-epoch")
        for name, of_name in points.items():
            look = styles[name]
            size = 4 if name in FAMILY else 7
            x, y = zip(*of_name, strict=True)
            axes.plot(x, y, look.marker, color=look.colour, markersize=size, label=name)
        axes.set(xscale="log", title=f"{task.name}, {searcher}")
        axes.tick_params(labelsize=7)
    figure.supxlabel("epochs over all trials (mean)", fontsize=9)
    figure.supylabel("validation accuracy (mean)", fontsize=9)
    panels[0][-1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=8)
    return figure


CLAIM = Claim(
    title="Early discarding adds little to discarding after a constant number of epochs",
    said='"these commonly used techniques offer minimal to no added value compared to the simple strategy of '
    'discarding after a constant number of epochs of training".',
    place="Egele, Mohr, Viering and Balaprakash, arXiv 2404.04111, abstract",
    setting=f"i-epoch (i = {', '.join(str(i) for i, _ in FAMILY.values())}) trains every trial for i "
    f"epochs and the best ninth to the end, with {', '.join(map(str, FEWER))} trials; each other scheduler "
    f"has {TRIALS} trials of at most {EPOCHS} epochs; {WORKERS} workers; {' and '.join(SEARCHERS)}. A "
    "scheduler is compared with every i-epoch that costs no more epochs on average (of each i the one "
    "with most trials). Its authors had random search only.",
    confirmed="for every scheduler, task and searcher there is an i-epoch that costs no more and against "
    "which the scheduler surely gains less than the margin",
    refuted="for some scheduler, task and searcher the scheduler is better than every i-epoch that costs "
    "no more (lower limits above 0, estimates above the margin)",
    rule=rule,
    unit=f"validation accuracy; margins {margins(TABLES)}",
    tested="accuracy on the test images of the chosen configuration",
    control="fifo, which trains all to the end: where it is no better than i-epoch either, the tasks are "
    "easy",
    measure=measure,
)
