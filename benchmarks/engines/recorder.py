"""What happened in an experiment, as rows: Tune tells this callback, the store keeps it."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ray.tune.callback import Callback
from ray.tune.experiment import Trial

from benchmarks.seeding import canonical

#: Fields that Tune adds to every result; everything else of a result is a metric of the trainable.
AUTO_FIELDS = frozenset(
    {"config", "done", "trial_id", "experiment_tag", "date", "timestamp", "pid", "hostname", "node_ip"}
    | {"time_this_iter_s", "time_total_s", "time_since_restore", "iterations_since_restore"}
    | {"training_iteration", "timesteps_total", "timesteps_since_restore", "episodes_total"}
    | {"should_checkpoint", "checkpoint_dir_name"}
)


class Recorder(Callback):
    """Collects one row a result and the times of each trial.

    Args:
        clock: the engine's clock; times are counted from when the recorder was made.
    """

    def __init__(self, metric: str, mode: str, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._zero = clock, clock()
        self._metric, self._sign = metric, 1.0 if mode == "max" else -1.0
        self.rows: list[dict[str, Any]] = []
        self.started: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.decisions: dict[str, str] = {}
        self.trials: Sequence[Trial] = ()
        self.best: dict[str, Any] | None = None  # the incumbent's row
        self.wall = 0.0  # seconds until Tune had cleaned up

    def now(self) -> float:
        """Return seconds since the recorder was made."""
        return self._clock() - self._zero

    def note_decisions(self, scheduler: Any) -> None:
        """Remember what ``scheduler`` decides after each result."""
        decide = scheduler.on_trial_result

        def noted(controller: Any, trial: Trial, result: Mapping[str, Any]) -> Any:
            self.decisions[trial.trial_id] = decision = decide(controller, trial, result)
            return decision

        scheduler.on_trial_result = noted

    def on_step_begin(self, iteration: int, trials: list[Trial], **info: Any) -> None:
        self.trials = trials

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.started.setdefault(trial.trial_id, self.now())

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        row: dict[str, Any] = {
            name: float(value)
            for name, value in result.items()
            if name not in AUTO_FIELDS and isinstance(value, int | float)
        }
        row |= {
            "trial_id": trial.trial_id,
            "seq": len(self.rows),
            "epoch": int(result["training_iteration"]),
            "clock": self.now(),
            "cost": float(result["time_this_iter_s"]),
            "decision": self.decisions.pop(trial.trial_id, "END"),
            # What trained this epoch; a population may have changed trial.config by now.
            "config": canonical(result.get("config") or trial.config),
        }
        self.rows.append(row)
        self.ended[trial.trial_id] = row["clock"]
        value = row.get(self._metric, math.nan)
        if math.isfinite(value) and (
            self.best is None or self._sign * value > self._sign * self.best[self._metric]
        ):
            self.best = row

    def on_trial_complete(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()

    def on_trial_error(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()

    def on_experiment_end(self, trials: list[Trial], **info: Any) -> None:
        self.wall = self.now()

    def who_waits(self) -> str:
        """Say in one line in which state the trials are, for a stall's reason."""
        states = Counter(trial.status for trial in self.trials)
        listed = ", ".join(f"{count} {state.lower()}" for state, count in sorted(states.items()))
        return f"{len(self.rows)} results; trials: {listed or 'none given'}"
