"""TuneBOHB with a model that learns from every trial that pauses or ends, under any scheduler."""

from __future__ import annotations

from typing import Any

import numpy as np
from ray.tune.search.bohb import TuneBOHB

from searchers._indices import Indices, Values


class InformedBOHB(TuneBOHB):
    """TuneBOHB with the results that Ray hides from it.

    Ray's model gets only the results of a trial at a milestone of its bracket, which HyperBandForBOHB
    writes into the result.  No other scheduler does, and even there the results on which a trial ends are
    lost: at the last epoch (the stopping rule takes it before the scheduler sees it) and where the trial
    itself completes a bracket's milestone and is among the bad ones.  So the largest budget, the one that
    BOHB would model first, never has data.

    Args:
        points_to_evaluate: the library's values of the configurations to begin with.
        seed: of the prior; the model draws from numpy's global generator.
        bohb_config: options of hpbandster's BOHB.
    """

    def __init__(
        self,
        seed: int,
        points_to_evaluate: list[Values] | None = None,
        bohb_config: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(seed=seed, bohb_config=bohb_config)
        self._first = points_to_evaluate or []
        self._indices = Indices({})
        self._known: dict[str, set[int]] = {}  # the budgets that the model knows of each trial

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._indices = Indices(config)
        self._points_to_evaluate = [self._indices.write(values) for values in self._first]
        return bool(super().set_search_properties(metric, mode, self._indices.domains(), **spec))

    def suggest(self, trial_id: str) -> Values:
        with np.errstate(divide="ignore"):  # statsmodels, for a category that all good configurations share
            super().suggest(trial_id)
        return self._indices.read(self.trial_to_params[trial_id])

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        milestone = result.get("hyperband_info", {}).get("budget")
        if milestone is not None:
            self._learn(trial_id, milestone, result)

    def on_trial_pause(self, trial_id: str, result: dict[str, Any]) -> None:
        """Learn the result of a paused trial, which may never go on."""
        self._learn(trial_id, result["training_iteration"], result)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        if result is not None:
            self._learn(trial_id, result["training_iteration"], result)
        self._known.pop(trial_id, None)
        super().on_trial_complete(trial_id, result, error)

    def _learn(self, trial_id: str, budget: int, result: dict[str, Any]) -> None:
        known = self._known.setdefault(trial_id, set())
        if budget not in known:  # told at a milestone, when it rests there, and again if it is ended there
            known.add(budget)
            self.bohber.new_result(
                self.to_wrapper(trial_id, {**result, "hyperband_info": {"budget": budget}})
            )
