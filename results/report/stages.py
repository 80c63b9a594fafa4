"""Stages of a budget: the answer of a comparison after a part of what its experiments spent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from results.compare.budgets import Budget
from results.compare.comparison import Comparison
from results.compare.repeating import duration
from results.report.answers import answer
from results.types import Axis

#: Parts of the budget at which a page has answers.
SHARES = (0.25, 0.5, 0.75)
#: Answers at parts of a budget that a page shall have at most, and combinations in all of them together.
MOST, COMBINATIONS = 120, 40_000


def shares(comparisons: int, combinations: int, axes: int) -> tuple[float, ...]:
    """Return the parts of the budget of which a page can have answers; the half first.

    Args:
        comparisons: how many the page shows.
        combinations: of all of them together.
        axes: on which a budget may be.
    """
    every = ((0.5,), SHARES)
    fitting = [
        one
        for one in every
        if comparisons * axes * len(one) <= MOST and combinations * axes * len(one) <= COMBINATIONS
    ]
    return fitting[-1] if fitting else ()


def stages(comparison: Comparison, axes: tuple[Axis, ...], parts: tuple[float, ...]) -> list[dict[str, Any]]:
    """Return the answer after each part of the budget on each axis, with axis, share, amount and its words.

    The whole is where the last of the experiments ended, so that a part says nothing of those that had ended
    before: what they had found counts.
    """
    found = []
    for axis in axes:
        ends = comparison.run.curves(axis).only(comparison.outcomes["key"]).ends
        whole = float(np.nanmax(ends, initial=0.0))
        for share in parts if whole > 0 else ():
            budget = _budget(axis, whole * share)
            shown = answer(replace(comparison, budget=budget)).shown
            if any(cell[0] is not None for cell in shown["cells"]):
                found.append({"axis": axis, "share": share, "amount": budget.amount, **shown})
                found[-1]["text"] = budget.text
    return found


def _budget(axis: Axis, amount: float) -> Budget:
    if axis == "clock":
        return Budget(axis, float(f"{amount:.6g}"), duration(amount))
    whole = max(1.0, float(np.ceil(amount)))
    return Budget(axis, whole, f"{whole:.0f} {'epochs' if axis == 'epochs' else 'trials'}")
