"""FLAML's two searchers, with a suggestion at any time, and matching of results to suggestions."""

from __future__ import annotations

import copy
import logging
import warnings
from typing import TYPE_CHECKING, Any

import optuna
from ray.tune.search.optuna import OptunaSearch

from searchers._indices import Indices, Values
from searchers._native_flaml import global_seed

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "flaml.automl is not available")
    from flaml.tune.searcher.blendsearch import CFO, BlendSearch

logging.getLogger("flaml.tune").setLevel(logging.WARNING)

ATTEMPTS = 10  # each None moves FLAML on: a direction is used up, or a search thread ends

if TYPE_CHECKING:
    _Base = BlendSearch
else:
    _Base = object


class _Steady(_Base):
    """Repairs of BlendSearch and CFO; comes before one of them among the bases.

    * They return None for a point that they gave before, and when a local search ends.  Here they are asked
      again; if that does not help, because the space is all but used up, a random point is given.
    * They look for the configuration in the result and expect to find their own: not what was made of it.
      (Ray's flat results have it under ``config/...`` keys, so that points_to_evaluate is a KeyError.)
    * They sort the categories of the caller's space in place, and return strings of numpy's type.
    """

    def __init__(self, seed: int, trials: int, cheap: Values | None = None, **options: Any) -> None:
        super().__init__(seed=seed, num_samples=trials, **options)
        self._indices = Indices({})
        self._cheap = cheap or {}
        self._given: dict[str, Values] = {}
        self._epochs: dict[str, int] = {}  # of each trial's last result that was told

    def set_search_properties(
        self,
        metric: str | None = None,
        mode: str | None = None,
        config: dict[str, Any] | None = None,
        **spec: Any,
    ) -> bool:
        self._indices = Indices(config or {})
        # What low_cost_partial_config gives it; the library's space is known only now.
        self._ls.init_config = self._indices.write_some(self._cheap)
        return bool(super().set_search_properties(metric, mode, copy.deepcopy(self._indices.domains())))

    def suggest(self, trial_id: str) -> Values:
        values = None
        for _ in range(ATTEMPTS):
            values = super().suggest(trial_id)
            if values is not None:
                break
        else:
            values, _ = self._ls.complete_config({})
        self._given[trial_id] = values
        return self._indices.read(values)

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        self._epochs[trial_id] = result.get("training_iteration", 0)
        super().on_trial_result(trial_id, result)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        values = self._given.pop(trial_id)
        told = self._epochs.pop(trial_id, 0)
        if result is not None:
            if result.get("training_iteration", 0) != told:
                super().on_trial_result(trial_id, result)
            result = self._result_of(values, result[self.metric])
        super().on_trial_complete(trial_id, result, error)

    def add_evaluated_point(self, parameters: Values, value: float, *_: Any, **more: Any) -> None:
        """Learn the result of a configuration that the library did not propose, to start a local search."""
        values = self._indices.write(parameters)
        if self._gs is not None:
            self._gs.add_evaluated_point(values, value)
        super().on_trial_complete("somebody else's", self._result_of(values, value))

    def _result_of(self, values: Values, value: float) -> dict[str, Any]:
        return {self.metric: value, "config": values}


class SteadyCFO(_Steady, CFO):
    """CFO: one local search at a time, from a random start.

    Args:
        step: the first step of a local search, as a share of the space's diagonal; None: FLAML's.
    """

    def __init__(
        self, seed: int, trials: int, cheap: Values | None = None, step: float | None = None
    ) -> None:
        if step is not None:
            stepping: Any = type("FLOW2", (self.LocalSearch,), {"STEPSIZE": step})
            self.LocalSearch = stepping
        super().__init__(seed, trials, cheap)


class SteadyBlendSearch(_Steady, BlendSearch):
    """BlendSearch: Optuna's TPE finds starts for the local searches, after random ones."""

    def __init__(self, seed: int, trials: int, cheap: Values | None = None, **startup: Any) -> None:
        sampler = optuna.samplers.TPESampler(seed=global_seed(seed), **startup)
        super().__init__(seed, trials, cheap, global_search_alg=OptunaSearch(sampler=sampler))
