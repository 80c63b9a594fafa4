"""Grid search: every hyperparameter at a few levels, all combined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from benchmarks.registry import Capability, SearchPlan, SearchSetup, searcher


def level_counts(limits: Mapping[str, int | None], trials: int) -> dict[str, int]:
    """Return how many levels each hyperparameter gets, so that the grid has at most ``trials`` points.

    Levels go round-robin to the hyperparameter with the fewest, as long as the grid stays within the budget.

    Args:
        limits: the most levels of each hyperparameter; None where there is no limit.
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
    provides=frozenset({Capability.VARIANTS}),
)
def grid_search(setup: SearchSetup) -> SearchPlan:
    """Levels are the centres of equal slices on the domain's own scale (logarithmic stays logarithmic)."""
    from ray import tune
    from ray.tune.search import BasicVariantGenerator
    from ray.tune.search.sample import Domain

    from benchmarks.space import cardinality, levels

    domains = {name: value for name, value in setup.space.items() if isinstance(value, Domain)}
    counts = level_counts({name: cardinality(domain) for name, domain in domains.items()}, setup.trials)
    space: dict[str, Any] = dict(setup.space)
    for name, domain in domains.items():
        space[name] = tune.grid_search(levels(domain, counts[name]))
    generator = BasicVariantGenerator(max_concurrent=setup.look_ahead, random_state=setup.seed)
    return SearchPlan(space, 1, generator)
