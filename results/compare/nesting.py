"""Nested pairs: combinations to which no test applies, as one's configurations are all among the other's.

A searcher may declare that it proposes what another one begins with (random search, and the same with twice
the budget).  Under the same scheduler the larger of the two cannot be worse, so that a difference of 0 is no
hypothesis: any test would find the larger one better in the end.  Such a pair is left out of all tests, and
that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from results.statistics.best import Versus, versus_best
from results.store.parts import Combination
from results.types import LEVEL, Floats

Pairs = Collection[tuple[str, str]]  # (smaller, larger), by the names of ``results.store.parts.nested``


def untested(combinations: Sequence[Combination], nested: Pairs) -> NDArray[np.bool_]:
    """Return which pairs of combinations are nested: symmetric, shape (combinations, combinations)."""
    either = {*nested, *((larger, smaller) for smaller, larger in nested)}
    return np.array(
        [[a[1] == b[1] and (a[0], b[0]) in either for b in combinations] for a in combinations], dtype=bool
    ).reshape(len(combinations), len(combinations))


def untested_searchers(names: Sequence[str], nested: Pairs) -> NDArray[np.bool_]:
    """Return the same of searchers by themselves, over the same schedulers."""
    return untested([(name, "") for name in names], nested)


def note(combinations: Sequence[Combination], nested: Pairs) -> str:
    """Return which pairs are not tested, and why; empty if there is none."""
    searchers = {searcher for searcher, _ in combinations}
    there = [pair for pair in sorted(nested) if set(pair) <= searchers]
    if not there or not untested(combinations, nested).any():
        return ""
    words = "; ".join(f"{smaller} and {larger}" for smaller, larger in there)
    why = "what the one proposes is the first part of what the other does, so the larger cannot be worse"
    return f"nested, and so never tested against each other: {words} ({why})"


def versus(
    values: Floats,
    tasks: ArrayLike,
    apart: NDArray[np.bool_],
    level: float = LEVEL,
    reference: int | None = None,
) -> Versus:
    """Return ``versus_best`` without a test of nested pairs.

    What is nested with the best has no limits.  Whether it may be the best is tested against the best of
    those with which it is not nested; if there is none, it may be.

    Args:
        values: shape (blocks, combinations), finite.
        tasks: shape (blocks,), the task of each block.
        apart: see ``untested``.
        level: of the set as a whole.
        reference: index of the one to compare with; by default the one with the highest mean.
    """
    found = versus_best(values, tasks, level, reference)
    best = int(np.argmax(found.difference)) if reference is None else reference
    nested = apart[best]
    if not nested.any():
        return found
    low, high, possible = (part.copy() for part in found[1:])
    low[nested] = high[nested] = np.nan
    for one in np.flatnonzero(nested):
        others = np.flatnonzero(~apart[one])  # itself among them
        possible[one] = versus_best(values[:, others], tasks, level).possible[others == one].item()
    return Versus(found.difference, low, high, possible)
