"""DEHB by ask and tell, which proposes the epochs of a trial with its configuration."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from dehb import DEHB
from loguru import logger
from ray.tune.search import Searcher

from searchers._ask_and_tell import AskTellSearch, Values

WORST = sys.float_info.max  # the cost of a failed trial: with infinity it counts as not evaluated
SHORT = 1e-9  # share by which the lowest rung is lowered for dehb's count of rungs, which it cuts off


class QuietDEHB(DEHB):  # type: ignore[misc]  # it publishes no types
    """DEHB that writes nothing: no log, no state."""

    def _setup_logger(self, resume: bool, kwargs: Mapping[str, Any]) -> None:
        self.output_path, self.logger = Path(), logger
        logger.disable("dehb")


class DehbSearch(AskTellSearch):
    """DEHB on the unit cube, with as many rungs as the experiment's epochs have.

    Args:
        seed: of its generators.
        min_fidelity: epochs of the lowest rung, at least.
        options: DEHB's.
        points_to_evaluate: configurations to begin with, in the place of the first that it proposes.
    """

    add_evaluated_point = Searcher.add_evaluated_point  # it cannot learn what it has not asked for

    def __init__(
        self,
        seed: int,
        min_fidelity: int,
        options: Mapping[str, Any],
        points_to_evaluate: Sequence[Values] = (),
    ) -> None:
        super().__init__(seed)
        self._min_fidelity, self._options = min_fidelity, options
        self._first = list(points_to_evaluate)
        self._left: list[Values] = []  # of these
        self._epochs = 1
        self._names: list[str] = []
        self._dehb: Any = None
        self._jobs: dict[str, Any] = {}
        self._given: dict[str, int] = {}

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._epochs = int(spec["stop"]["training_iteration"])
        return super().set_search_properties(metric, mode, config, **spec)

    def begin(self, space: Mapping[str, Any]) -> None:
        """Make DEHB's populations."""
        self._names, self._jobs, self._given = list(space), {}, {}
        self._left = list(self._first)
        self._dehb = QuietDEHB(
            dimensions=len(space),
            min_fidelity=min(self._min_fidelity, self._epochs) * (1 - SHORT),
            max_fidelity=self._epochs,
            seed=self.seed,
            n_workers=1,  # more would start processes of its own
            save_freq="end",
            **self._options,
        )

    def ask(self, trial_id: str) -> Values:
        """Return the next configuration, of the best open rung."""
        job = self._jobs[trial_id] = self._dehb.ask()
        if self._left:
            first = self._left.pop(0)
            job["config"] = np.array([first[name] for name in self._names])
            self._dehb.config_repository.configs[job["config_id"]].config = job["config"]
        self._given[trial_id] = max(1, round(job["fidelity"]))
        return dict(zip(self._names, map(float, job["config"]), strict=True))

    def epochs_of(self, trial_id: str) -> int | None:
        """Return the epochs that a trial is to train; None for one that was not asked for."""
        return self._given.get(trial_id)

    def tell(self, trial_id: str, cost: float | None) -> None:
        """Tell a trial's cost, or that it failed."""
        result = {"fitness": WORST if cost is None else cost, "cost": 1.0}
        self._dehb.tell(self._jobs.pop(trial_id), result)

    def learn(self, values: Values, cost: float) -> None:
        """Refuse: without ``add_evaluated_point`` nobody calls it."""
        raise NotImplementedError("DEHB is told only what it has asked for")
