"""Grids of the claims: the searches of every combination on every task, by repetition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from scripts.claims.incumbents import Search, searches
from scripts.claims.tasks import ClaimTask

#: (task, searcher, scheduler) -> a search for each repetition.
Searches = dict[tuple[str, str, str], list[Search]]


def grid(
    name: str,
    repetitions: range,
    tasks: Iterable[ClaimTask],
    pairs: Iterable[tuple[str, str]],
    *,
    trials: int,
    epochs: int,
    workers: int,
    budgets: Mapping[str, float] | None = None,
) -> Searches:
    """Return the searches of every (searcher, scheduler) on every task.

    Args:
        name: of the claim.
        pairs: searchers and schedulers.
        trials, epochs, workers: of every experiment.
        budgets: seconds on the clock by task; unlimited by default.
    """
    fields = {"trials": trials, "epochs": epochs, "workers": workers}
    cells = [(task.name, *pair) for task, pair in product(tasks, pairs)]
    cases = [
        fields
        | {"trainable": task, "searcher": searcher, "scheduler": scheduler, "repetition": repetition}
        | ({"time_budget": budgets[task]} if budgets else {})
        for task, searcher, scheduler in cells
        for repetition in repetitions
    ]
    results = searches(name, cases)
    n = len(repetitions)
    return {cell: results[i * n : (i + 1) * n] for i, cell in enumerate(cells)}
