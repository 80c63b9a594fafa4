"""NGOpt without the two optimisers of Nevergrad that break what it picks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nevergrad.optimization import optimizerlib

from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers._metamodel import mend_metamodels
from searchers._native_nevergrad import FEWEST_WORKERS
from searchers._nevergrad import SeededNevergrad, nevergrad_plan


class SteadyNGOpt(SeededNevergrad):
    """NevergradSearch with NGOpt, whose meta-models work."""

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        optimizer: Any = self._nevergrad_opt
        mend_metamodels(optimizer.optim)
        return super().suggest(trial_id)


def ngopt_plan(setup: SearchSetup, optimizer: str = "NGOpt") -> SearchPlan:
    """Return the plan of NGOpt, with two workers at least.

    For a single one it may pick an optimiser that runs in a thread of its own until it has the result of its
    only candidate: it never has that of a trial that failed.
    """
    workers = max(FEWEST_WORKERS, setup.max_concurrent)
    plan = nevergrad_plan(setup, optimizerlib.registry[optimizer], SteadyNGOpt, workers=workers)
    told = f"{optimizer} was told {workers} workers" if workers > setup.max_concurrent else ""
    return replace(plan, told=told)
