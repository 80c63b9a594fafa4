"""The recorder: an experiment's results, and the times of its trials, as Tune reports them.

Tune's own log files cannot be the source: when a paused trial goes on, ``JsonLoggerCallback`` replaces its
file by the last copy in storage, and what the trial reported in between is lost (seen in Ray 2.60 with PBT).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ray.tune.callback import Callback
from ray.tune.experiment import Trial

from benchmarks.core.seeding import encoded
from benchmarks.engines.common.tuned_metric import MethodStandIn, TunedMetric
from benchmarks.training.reports import number
from results.store.full_training import FirstTrials
from results.store.schema import NO_METRICS, NOISE_FREE, RESULTS, metric_column

#: Metrics that are called like a column of the results table, and the columns that they are in.
ELSEWHERE = {name: metric_column(name) for name in RESULTS if name not in NO_METRICS}


class Recorder(Callback):
    """Makes a row of every result, in the order of arrival, and notes the times of each trial.

    ``rows`` have the columns of the store's results table, with Tune's trial ids.

    Attributes:
        metric: what is known of the tuned metric; a row has it where it was reported, later readers of the
            result have the value that the trial reported last.
        endings: how Tune ended trials: "stopped" by the scheduler, or "ended" by themselves.
        cut_at: when a budget ended what was left of the experiment; None if it has none.

    Args:
        clock: the engine's clock; times are counted from when the recorder was made.
        metric: name of the tuned metric.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, metric: str = "") -> None:
        self._clock, self._zero = clock, clock()
        self.metric = TunedMetric(metric)
        self._decided: dict[str, str] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._trials: Sequence[Trial] = ()
        self.rows: list[dict[str, Any]] = []
        self.started: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.endings: dict[str, str] = {}
        self.last_decision: dict[str, str] = {}
        self.last_epoch: dict[str, int] = {}
        self.cut_at: float | None = None
        self.trained_s = 0.0  # cost of all results
        self.first_trials = FirstTrials()
        self.wall = 0.0  # seconds until Tune had cleaned up

    def now(self) -> float:
        """Return seconds since the recorder was made."""
        return self._clock() - self._zero

    def stand_before(self, scheduler: Any, search: Any) -> None:
        """Let scheduler and searcher have the tuned metric in every result, and remember what is decided."""
        self.metric.stand_before(scheduler, search)
        self.note_decisions(scheduler)

    def note_decisions(self, scheduler: Any) -> None:
        """Remember what ``scheduler`` decides after each result."""
        scheduler.on_trial_result = _RecordedDecision(scheduler.on_trial_result, self._decided)

    def on_step_begin(self, iteration: int, trials: list[Trial], **info: Any) -> None:
        self._trials = trials

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.started.setdefault(trial.trial_id, self.now())

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        trial_id, clock = trial.trial_id, self.now()
        row: dict[str, Any] = {}
        for name, value in result.items():
            if name not in NO_METRICS:
                _enter(row, name, value)
        if NOISE_FREE in result and self.metric.column in row:
            row["noise_free"] = number(result[NOISE_FREE])
        if self.metric.column not in row:
            self.metric.note(result)
        self.metric.complete(trial_id, result)
        row["trial_id"] = trial_id
        row["seq"] = len(self.rows)
        row["epoch"] = self.last_epoch[trial_id] = int(result["training_iteration"])
        row["clock"] = clock
        row["cost"] = float(result["time_this_iter_s"])
        self.trained_s += row["cost"]
        self.first_trials.add(trial_id, row["cost"])
        # Tune does not ask the scheduler after a trial's last epoch, nor if the trial says that it is done.
        row["decision"] = self.last_decision[trial_id] = self._decided.pop(trial_id, "END")
        # What trained this epoch; a population may have changed trial.config by now.
        row["config"] = self._text(trial_id, result.get("config") or trial.config)
        self.rows.append(row)
        self.ended[trial_id] = clock

    def _text(self, trial_id: str, config: dict[str, Any]) -> str:
        """Return the configuration as text, which for most trials is the same at each result."""
        encoded_repr, text = self._texts.get(trial_id, ("", ""))
        shown = repr(config)  # {"x": 1} equals {"x": True}, and is another configuration
        if encoded_repr != shown:
            _, text = encoded(config)
            self._texts[trial_id] = shown, text
        return text

    def on_trial_complete(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()
        decided = self.last_decision.get(trial.trial_id)
        # Tune marks the last result of a function that has returned; one that never reported has none.
        by_itself = decided is None or (decided != "STOP" and trial.last_result.get("done"))
        self.endings[trial.trial_id] = "ended" if by_itself else "stopped"

    def ending(self, trial: Trial, epochs: int) -> str:
        """Return what became of a trial of a run that is over: one of ``results.store.schema.DECISIONS``."""
        name = trial.trial_id
        if trial.status == Trial.ERROR:
            return "failed"
        if self.last_epoch.get(name, 0) >= epochs:
            return "completed"
        decided = self.last_decision.get(name)
        if decided is None and name not in self.started:
            return "waiting"
        if decided in ("END", "STOP"):
            return "ended" if decided == "END" else "stopped"
        return self.endings.get(name, "cut")

    def on_trial_error(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        self.ended[trial.trial_id] = self.now()

    def on_experiment_end(self, trials: list[Trial], **info: Any) -> None:
        self.wall = self.now()

    def trial_states(self) -> str:
        """Say in one line in which state the trials are, for a stall's reason."""
        return f"{len(self.rows)} results; {count_states(self._trials)}"


def count_states(trials: Iterable[Trial]) -> str:
    """Say in a few words how many trials are in which state."""
    states = Counter(trial.status.lower() for trial in trials)
    listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"trials: {listed or 'none given'}"


def _enter(row: dict[str, Any], name: str, value: Any) -> None:
    """Put a reported number into its column, nested numbers each into its own; leave out all else."""
    if type(value) is float:
        row[ELSEWHERE.get(name, name)] = value
    elif isinstance(value, Mapping):
        for part, inner in value.items():
            _enter(row, f"{name}/{part}", inner)
    elif (converted := number(value)) is not None:
        row[ELSEWHERE.get(name, name)] = converted


class _RecordedDecision(MethodStandIn):
    """A scheduler's ``on_trial_result`` that leaves its decision behind; pickled as the plain method."""

    def __init__(self, decide: Callable[..., str], decided: dict[str, str]) -> None:
        super().__init__(decide)
        self._decided = decided

    def __call__(self, controller: Any, trial: Trial, result: Mapping[str, Any]) -> Any:
        decision = self._method(controller, trial, result)
        self._decided[trial.trial_id] = str(decision)
        return decision
