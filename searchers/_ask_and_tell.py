"""Searchers of Tune on libraries with ask and tell, which are saved as what they were asked and told."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ray.tune.search import Searcher

from benchmarks.core.seeding import OwnGenerators

Values = dict[str, Any]


class AskTellSearch(Searcher):
    """A library that is asked for values and told their cost, which it minimises.

    Most such libraries cannot be copied or written to a file: they hold running generators, locks and
    folders.  So a checkpoint is the list of what was asked and told, and a restored search goes through it
    again; it takes as long as the search had taken.

    Args:
        seed: of the library, and of the global generators from which it may draw.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self._space: Values = {}
        self._events: list[list[Any]] = []

    @abstractmethod
    def begin(self, space: Mapping[str, Any]) -> None:
        """Make the library's search in a space: name to domain."""

    @abstractmethod
    def ask(self, trial_id: str) -> Values:
        """Return the values of a new trial."""

    @abstractmethod
    def tell(self, trial_id: str, cost: float | None) -> None:
        """Learn the cost of a trial that was asked for; None if it failed."""

    @abstractmethod
    def learn(self, values: Values, cost: float) -> None:
        """Learn the cost of values that were not asked for."""

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._metric, self._mode, self._space = metric, mode, config
        self.begin(config)
        return True

    def suggest(self, trial_id: str) -> Values:
        self._events.append(["ask", trial_id])
        return self.ask(trial_id)

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Learn nothing: a trial counts with its last result."""

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        cost = None if result is None or error else self._cost(result[str(self._metric)])
        self._events.append(["tell", trial_id, cost])
        self.tell(trial_id, cost)

    def add_evaluated_point(self, parameters: Values, value: float, *_: Any, **more: Any) -> None:
        cost = self._cost(value)
        self._events.append(["learn", parameters, cost])
        self.learn(parameters, cost)

    def _cost(self, value: float) -> float:
        return -float(value) if self._mode == "max" else float(value)

    def save(self, checkpoint_path: str) -> None:
        Path(checkpoint_path).write_text(json.dumps(self._events))

    def restore(self, checkpoint_path: str) -> None:
        self._events = json.loads(Path(checkpoint_path).read_text())
        again: dict[str, Callable[..., Any]] = {"ask": self.ask, "tell": self.tell, "learn": self.learn}
        with OwnGenerators(self.seed):
            self.begin(self._space)
            for action, *what in self._events:
                again[action](*what)
