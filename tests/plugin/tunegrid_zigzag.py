"""A third party's searcher and scheduler, found by entry point: small, and in earnest."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.suite.registry import Effect, ScheduleSetup, SearchPlan, SearchSetup, scheduler, searcher
from searchers import adapt

PATIENCE = 2  # epochs in a row at which a trial may be worse than most others


@searcher("zigzag", "a (1+1) evolution strategy whose steps grow and shrink", hidden=True, seconds_of_300=5.0)
def zigzag(setup: SearchSetup) -> SearchPlan:
    """Every hyperparameter reaches it as a float on [0, 1]: it understands no other domain."""
    from ray.tune.search import Searcher

    class Zigzag(Searcher):
        """Mutates the best point so far; a success doubles the steps, a failure shortens them."""

        def __init__(self, seed: int, startup: int) -> None:
            super().__init__()
            self._chance = random.Random(seed)
            self._state: dict[str, Any] = {"random": startup, "step": 0.2, "best": None, "points": {}}
            self._names: list[str] = []

        def set_search_properties(
            self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
        ) -> bool:
            self._metric, self._mode, self._names = metric, mode, list(config)
            return True

        def suggest(self, trial_id: str) -> dict[str, float]:
            best = self._state["best"]
            if self._state["random"] > 0 or best is None:
                self._state["random"] -= 1
                point = {name: self._chance.random() for name in self._names}
            else:
                steps = {name: self._chance.gauss(0, self._state["step"]) for name in self._names}
                point = {name: min(max(best[1][name] + steps[name], 0.0), 1.0) for name in self._names}
            self._state["points"][trial_id] = point
            return point

        def on_trial_complete(
            self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
        ) -> None:
            point = self._state["points"].pop(trial_id)
            if result is None:
                return
            value = result[str(self._metric)] * (1 if self._mode == "max" else -1)
            if self._state["best"] is None or value > self._state["best"][0]:
                self._state |= {"best": (value, point), "step": min(self._state["step"] * 2, 0.5)}
            else:
                self._state["step"] = max(self._state["step"] * 0.9, 1e-3)

        def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
            """Only a trial's end counts."""

        def save(self, checkpoint_path: str) -> None:
            import pickle
            from pathlib import Path

            Path(checkpoint_path).write_bytes(pickle.dumps((self._state, self._chance.getstate())))

        def restore(self, checkpoint_path: str) -> None:
            import pickle
            from pathlib import Path

            self._state, chance = pickle.loads(Path(checkpoint_path).read_bytes())
            self._chance.setstate(chance)

    return adapt(setup, Zigzag, native=frozenset(), seed=setup.seed, startup=setup.startup)


@scheduler(
    "patient",
    "stops a trial that has been worse than most others at two epochs in a row",
    does=frozenset({Effect.STOP}),
    hidden=True,
)
def patient(setup: ScheduleSetup) -> Any:
    from ray.tune.schedulers import FIFOScheduler, TrialScheduler

    class Patient(FIFOScheduler):
        """Compares a trial with all that have been at its epoch before."""

        def __init__(self) -> None:
            super().__init__()
            self._seen: dict[int, list[float]] = {}
            self._worse: dict[str, int] = {}

        def set_search_properties(self, metric: str | None, mode: str | None, **spec: Any) -> bool:
            self._metric, self._sign = str(metric), 1 if mode == "max" else -1
            return True

        def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
            value = self._sign * result[self._metric]
            before = self._seen.setdefault(result["training_iteration"], [])
            worse = sum(other > value for other in before) > len(before) / 2
            before.append(value)
            self._worse[trial.trial_id] = self._worse.get(trial.trial_id, 0) + 1 if worse else 0
            stop = self._worse[trial.trial_id] >= PATIENCE
            return str(TrialScheduler.STOP if stop else TrialScheduler.CONTINUE)

    return Patient()
