"""ZOOptSearch that neither waits for a semaphore nor forgets two thirds of the categories."""

from __future__ import annotations

from typing import Any

from ray.tune.search.zoopt import ZOOptSearch
from zoopt import Dimension2, Parameter, Solution, ValueType
from zoopt.algos.opt_algorithms.racos.sracos import SRacosTune
from zoopt.utils.zoo_global import gl

from searchers._indices import Indices, Values

ATTEMPTS = 100  # of ZOOpt itself to find a point that it has not seen, before it ends
SMALLEST_BUDGET = 3  # below it ZOOpt ends the process


class SteadyRacos(SRacosTune):  # type: ignore[misc]
    """SRacosTune that always has a solution: a random one until enough have a result, then the classifier's.

    Its own closes a semaphore after as many solutions as it starts with, which opens when the last of these
    has a result: never, if one fails, or if all have theirs by then.  It also gives up where a space is so
    small that it meets a point again, and loops without end once two equal points have results.
    """

    def __init__(self, dimension: Dimension2, parameter: Parameter) -> None:
        super().__init__(dimension, parameter, parallel_num=1)
        self._precisions = list(gl.float_precisions)

    def suggest(self) -> Solution:
        gl.float_precisions = self._precisions  # ZOOpt keeps those of the space that it saw last
        started = self.complete_num >= self._parameter.get_train_size()
        for _ in range(ATTEMPTS):
            solution, new = self.sample_solution(self.ub) if started else self.tune_init_attribute()
            if new:
                return solution
            if solution is None:  # all of the space has been seen
                break
        return self.solution(self._objective.get_dim().rand_sample())

    def solution(self, x: list[Any]) -> Solution:
        return self._objective.construct_solution(x)

    def complete(self, solution: Solution, result: float) -> Solution | None:
        gl.float_precisions = self._precisions
        if not self.is_distinct(self._positive_data + self._negative_data, solution):
            return None
        if self.complete_num >= self._parameter.get_train_size():
            return super().complete(solution, result)
        # Its own leaves the last of the first solutions out of the data that the classifier keeps.
        self.complete_num += 1
        self.live_num -= 1
        solution.set_value(result)
        self._data.append(solution)
        self.selection()
        return self._best_solution


class SteadyZoopt(ZOOptSearch):
    """ZOOptSearch on ``SteadyRacos``; failed trials teach it nothing.

    A choice reaches it as an unordered integer: of a ``GRID``, ZOOpt's classifier draws the first two
    categories only.

    Args:
        budget: how many trials there will be.
        exploration_rate: how often a solution is drawn from all of the space.
    """

    def __init__(self, budget: int, exploration_rate: float) -> None:
        super().__init__(budget=max(budget, SMALLEST_BUDGET))
        self._exploration_rate = exploration_rate
        self._indices = Indices({})

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._indices = Indices(config)
        return bool(super().set_search_properties(metric, mode, self._indices.domains(), **spec))

    @staticmethod
    def convert_search_space(spec: dict[str, Any], join: bool = False) -> dict[str, Any]:
        space = ZOOptSearch.convert_search_space(spec, join)
        for name, (kind, values, *_) in space.items():
            if kind == ValueType.GRID:
                space[name] = (ValueType.DISCRETE, [0, len(values) - 1], False)
        return space

    def _setup_zoopt(self) -> None:
        dimensions: Any = self._dim_dict
        parameter = Parameter(budget=self._budget, exploration_rate=self._exploration_rate)
        self._dim_keys = list(dimensions)
        self.optimizer = SteadyRacos(Dimension2(list(dimensions.values())), parameter)

    def suggest(self, trial_id: str) -> Values:
        optimizer: Any = self.optimizer
        solution = self.solution_dict[trial_id] = optimizer.suggest()
        self._live_trial_mapping[trial_id] = dict(zip(self._dim_keys, solution.get_x(), strict=True))
        return self._indices.read(self._live_trial_mapping[trial_id])

    def add_evaluated_point(self, parameters: Values, value: float, *_: Any, **more: Any) -> None:
        """Learn the result of a configuration that the library did not propose."""
        optimizer: Any = self.optimizer
        values = self._indices.write(parameters)
        solution = optimizer.solution([values[name] for name in self._dim_keys])
        optimizer.complete(solution, self._metric_op * value)
