"""Grid search: every hyperparameter at a few levels, all combined."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from benchmarks.suite.registry import Capability, Option, SearchPlan, SearchSetup, searcher


def level_counts(limits: Mapping[str, int | None], trials: int) -> dict[str, int]:
    """Return the number of levels of each hyperparameter, with at most ``trials`` points in the grid.

    Levels go round-robin to the hyperparameter with the fewest, as long as the grid stays within the budget.

    Args:
        limits: the most levels of each hyperparameter; None without a limit.
    """
    counts = dict.fromkeys(limits, 1)
    while True:
        for name in sorted(counts, key=counts.__getitem__):
            limit = limits[name]
            grown = math.prod(counts.values()) // counts[name] * (counts[name] + 1)
            if grown <= trials and (limit is None or counts[name] < limit):
                counts[name] += 1
                break
        else:
            return counts


@searcher(
    "grid",
    "all combinations of a few evenly spaced levels, at most as many as trials",
    provides=frozenset({Capability.VARIANTS, Capability.GRIDS}),
    learns=False,
    chance=False,
    fixed_trials=True,
    seconds_of_300=5.0,
    options={
        "levels": Option(
            "the most levels of a hyperparameter",
            least=1,
            extremes=(1, 2),
            default="as many as the trials allow",
            source="of this grid: param_grid of scikit-learn's GridSearchCV lists the levels themselves",
        )
    },
)
def grid_search(setup: SearchSetup, *, levels: int | None = None) -> SearchPlan:
    """Levels are the centres of equal slices on the domain's own scale (logarithmic stays logarithmic).

    A ``grid_search`` is a choice of its values, all of which are levels where the budget allows.
    """
    from benchmarks.spaces.categories import distinct
    from benchmarks.spaces.domains import KINDS, cardinality
    from benchmarks.spaces.domains import levels as levels_of
    from benchmarks.spaces.encoding import Encoding
    from benchmarks.spaces.grid_values import as_choices
    from searchers._variants import Variants

    def most(domain: Any) -> int | None:
        known = [limit for limit in (cardinality(domain), levels) if limit is not None]
        return min(known, default=None)

    encoding = Encoding(as_choices(setup.space), native=KINDS - {"conditional"})
    budget = setup.trials - len(setup.first)
    counts = level_counts({name: most(d) for name, d in encoding.domains.items()}, budget)
    axes = [levels_of(domain, counts[name]) for name, domain in encoding.domains.items()]
    combined = itertools.product(*axes) if budget else ()
    grid = (encoding.decode(dict(zip(encoding.domains, values, strict=True))) for values in combined)
    # What differs only in a branch that is not taken is one point.
    points = [*setup.first, *distinct(itertools.chain(setup.first, grid))[len(distinct(setup.first)) :]]
    return SearchPlan(setup.space, len(points), Variants(points, setup.seed))
