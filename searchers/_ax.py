"""AxSearch that always has a suggestion."""

from __future__ import annotations

import logging
import math
import warnings
from typing import Any

from ax.exceptions.core import AxError
from ax.service.ax_client import AxClient, ObjectiveProperties
from ax.utils.common.logger import set_ax_logger_levels
from ray.tune.search.ax import AxSearch

from benchmarks.spaces.domains import cardinality
from searchers._indices import Indices, Values

logger = logging.getLogger(__name__)
set_ax_logger_levels(logging.ERROR)


class SteadyAx(AxSearch):
    """AxSearch that lets Ax know which trials failed, and never waits.

    Ray's own leaves a trial without a result running in Ax, where it counts against the number of trials
    that Ax lets run at once; and it returns None as long as Ax wants to wait for data.
    Here that limit is lifted (all searchers share one look-ahead), and a random point fills what gap remains.

    Args:
        n_startup_trials: Sobol points before the Gaussian process steps in.
        points_to_evaluate: the library's values of the configurations to begin with.
    """

    def __init__(
        self, seed: int, n_startup_trials: int, points_to_evaluate: list[Values] | None = None
    ) -> None:
        super().__init__(random_seed=seed, enforce_sequential_optimization=False, verbose_logging=False)
        self._first = points_to_evaluate or []
        self._n_startup_trials = n_startup_trials
        self._indices = Indices({})

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._indices = Indices(config)
        self._points_to_evaluate = [self._indices.write(values) for values in self._first]
        return bool(super().set_search_properties(metric, mode, self._indices.domains(), **spec))

    def _setup_experiment(self) -> None:
        """Do what Ray's does, with our start-up; and with Ax 1.3, whose objectives have other names."""
        domains: Any = self._indices.domains()
        parameters: Any = self._space
        for parameter in parameters:
            if parameter["type"] == "choice":
                ordered = domains[parameter["name"]].ordered
                parameter |= {"value_type": "int", "is_ordered": ordered, "sort_values": True}
        with warnings.catch_warnings():  # Ray's AxSearch speaks to this class, which Ax 1.4 is to remove
            warnings.filterwarnings("ignore", "The `AxClient` class", DeprecationWarning)
            self._client = self._ax = AxClient(**self._ax_kwargs)
        self._client.create_experiment(
            parameters=parameters,
            objectives={self._metric: ObjectiveProperties(minimize=self._mode == "min")},
            choose_generation_strategy_kwargs={"num_initialization_trials": self._n_startup_trials},
        )

    def suggest(self, trial_id: str) -> Values:
        if self._points_to_evaluate:
            values, index = self._client.attach_trial(self._points_to_evaluate.pop(0))
        else:
            values, index = self._next()
        self._live_trial_mapping[trial_id] = index
        return self._indices.read(values)

    def _next(self) -> Any:
        """Return the values and Ax's number of a new trial."""
        domains: Any = self._indices.domains()
        points = math.prod(cardinality(domain) or math.inf for domain in domains.values())
        # Of a space that is used up, Ax draws thousands of Sobol points before it says so.
        if len(self._client.experiment.arms_by_name) < points:
            try:
                return self._client.get_next_trial()
            except AxError as error:
                logger.info("Ax has no suggestion (%s); a random one is given", error)
        return self._client.attach_trial({name: domain.sample() for name, domain in domains.items()})

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        index, metric = self._live_trial_mapping.pop(trial_id), str(self._metric)
        if result is None:
            self._client.log_trial_failure(index)
        else:
            self._client.complete_trial(index, raw_data={metric: (result[metric], None)})
