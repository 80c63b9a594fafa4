"""Nevergrad's optimisers, seeded: Ray's adapter offers no seed of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from ray.tune.search.nevergrad import NevergradSearch

from benchmarks.registry import SearchPlan, SearchSetup
from searchers import adapt


class SeededNevergrad(NevergradSearch):
    """NevergradSearch whose parametrisation draws from a generator of its own."""

    def __init__(self, seed: int, **kwargs: Any) -> None:
        self._seed = seed
        super().__init__(**kwargs)

    def _setup_nevergrad(self) -> None:
        super()._setup_nevergrad()  # type: ignore[no-untyped-call]
        optimizer: Any = self._nevergrad_opt
        optimizer.parametrization.random_state = np.random.RandomState(self._seed)


def nevergrad_plan(setup: SearchSetup, optimizer: str) -> SearchPlan:
    """Return the plan of Nevergrad's optimiser of that name, told the budget that it has."""
    import nevergrad

    return adapt(
        setup,
        SeededNevergrad,
        seed=setup.seed,
        optimizer=nevergrad.optimizers.registry[optimizer],
        optimizer_kwargs={"budget": setup.trials, "num_workers": setup.look_ahead},
    )
