"""What happened in an experiment, result by result, as Tune reports it.

Tune's own log files are no source: when a paused trial goes on, ``JsonLoggerCallback`` replaces its file by
the last copy in storage, and what the trial reported in between is lost (seen in Ray 2.60 with PBT).
"""

from __future__ import annotations

import numbers
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ray.tune.callback import Callback
from ray.tune.experiment import Trial

from benchmarks.seeding import canonical

#: Fields that Tune adds to every result; every other number in it is a metric of the trainable.
AUTO_FIELDS = frozenset(
    {"config", "done", "trial_id", "experiment_tag", "date", "timestamp", "pid", "hostname", "node_ip"}
    | {"time_this_iter_s", "time_total_s", "time_since_restore", "iterations_since_restore"}
    | {"training_iteration", "timesteps_total", "timesteps_since_restore", "episodes_total"}
    | {"should_checkpoint", "checkpoint_dir_name"}
)


class Recorder(Callback):
    """Makes a row of every result, in the order of arrival, and notes the times of each trial.

    ``rows`` have the columns of the store's results table, with Tune's trial ids.

    Args:
        clock: the engine's clock; times are counted from when the recorder was made.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._zero = clock, clock()
        self._decided: dict[str, str] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._trials: Sequence[Trial] = ()
        self.rows: list[dict[str, Any]] = []
        self.started: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.wall = 0.0  # seconds until Tune had cleaned up

    def now(self) -> float:
        """Return seconds since the recorder was made."""
        return self._clock() - self._zero

    def note_decisions(self, scheduler: Any) -> None:
        """Remember what ``scheduler`` decides after each result."""
        scheduler.on_trial_result = _Noted(scheduler.on_trial_result, self._decided)

    def on_step_begin(self, iteration: int, trials: list[Trial], **info: Any) -> None:
        self._trials = trials

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.started.setdefault(trial.trial_id, self.now())

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        trial_id, clock = trial.trial_id, self.now()
        row: dict[str, Any] = {
            name: float(value)
            for name, value in result.items()
            if name not in AUTO_FIELDS and (type(value) is float or isinstance(value, numbers.Real))
        }
        row["trial_id"] = trial_id
        row["seq"] = len(self.rows)
        row["epoch"] = int(result["training_iteration"])
        row["clock"] = clock
        row["cost"] = float(result["time_this_iter_s"])
        # Tune does not ask the scheduler after a trial's last epoch.
        row["decision"] = self._decided.pop(trial_id, "END")
        # What trained this epoch; a population may have changed trial.config by now.
        row["config"] = self._text(trial_id, result.get("config") or trial.config)
        self.rows.append(row)
        self.ended[trial_id] = clock

    def _text(self, trial_id: str, config: dict[str, Any]) -> str:
        """Return the configuration as text, which for most trials is the same at each result."""
        known, text = self._texts.get(trial_id, ("", ""))
        shown = repr(config)  # {"x": 1} equals {"x": True}, and is another configuration
        if known != shown:
            text = canonical(config)
            self._texts[trial_id] = shown, text
        return text

    def on_trial_complete(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()

    def on_trial_error(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()

    def on_experiment_end(self, trials: list[Trial], **info: Any) -> None:
        self.wall = self.now()

    def who_waits(self) -> str:
        """Say in one line in which state the trials are, for a stall's reason."""
        return f"{len(self.rows)} results; {listed_states(self._trials)}"


def listed_states(trials: Iterable[Trial]) -> str:
    """Say in a few words how many trials are in which state."""
    states = Counter(trial.status.lower() for trial in trials)
    listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"trials: {listed or 'none given'}"


class _Noted:
    """A scheduler's ``on_trial_result`` that leaves its decision behind; pickled as the plain method."""

    def __init__(self, decide: Callable[..., str], decided: dict[str, str]) -> None:
        self._decide, self._decided = decide, decided

    def __call__(self, controller: Any, trial: Trial, result: Mapping[str, Any]) -> str:
        self._decided[trial.trial_id] = decision = self._decide(controller, trial, result)
        return decision

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._decide.__self__, self._decide.__name__)  # type: ignore[attr-defined]
