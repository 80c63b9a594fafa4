"""Nevergrad's optimisers, seeded: Ray's adapter offers no seed of its own."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from ray.tune.search.nevergrad import NevergradSearch

from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers import adapt

# cma warns of Nevergrad's calls at every other step.
warnings.filterwarnings("ignore", "orphanated injected solution")

#: Ray's adapter rounds integers between their bounds, which leaves half a share to both ends.
NATIVE = frozenset({"uniform", "loguniform", "choice"})


class SeededNevergrad(NevergradSearch):
    """NevergradSearch whose parametrisation draws from a generator of its own."""

    def __init__(
        self, seed: int, points_to_evaluate: list[dict[str, Any]] | None = None, **options: Any
    ) -> None:
        self._seed = seed
        super().__init__(points_to_evaluate=points_to_evaluate, **options)

    def _setup_nevergrad(self) -> None:
        space: Any = self._space
        space.random_state = np.random.RandomState(self._seed)
        super()._setup_nevergrad()  # type: ignore[no-untyped-call]


def nevergrad_plan(
    setup: SearchSetup,
    optimizer: Any,
    library: type[SeededNevergrad] = SeededNevergrad,
    workers: int | None = None,
) -> SearchPlan:
    """Return the plan of one of Nevergrad's optimisers, with its budget and number of workers."""
    limits = {"budget": setup.trials, "num_workers": workers or setup.max_concurrent}
    return adapt(setup, library, NATIVE, seed=setup.seed, optimizer=optimizer, optimizer_kwargs=limits)
