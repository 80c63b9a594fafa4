"""The virtual controller without work that no decision reads.

Tune spends most of a result's time on messages for debugging, on timers that warn of slow steps, on copies
and on looking through all trials.  Each method here does the same as Ray's of that name, for all that can
happen on the virtual clock; the tests compare whole traces with those of ``VirtualController``.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

from ray.tune.experiment import Experiment, Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.utils import flatten_dict

from benchmarks.engines.virtual.controller import VirtualController
from benchmarks.engines.virtual.fast.rungs import sort_rungs
from benchmarks.engines.virtual.fast.search import use_trial_factory

WAITING = (Trial.PENDING, Trial.PAUSED)
FINAL = (TrialScheduler.PAUSE, TrialScheduler.STOP)


class FastController(VirtualController):
    """``VirtualController``, decision for decision, in a third of the time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open = OpenTrials()
        self._as_fifo = chooses_as_fifo(self._scheduler_alg)
        self._scanning = False
        self._wrapper: Any = super()._wrapped()  # type: ignore[no-untyped-call]  # Ray's

    def setup_experiments(self, experiments: list[Experiment], total_num_samples: int) -> None:
        super().setup_experiments(experiments, total_num_samples)
        [experiment] = experiments
        use_trial_factory(self._search_alg, experiment.spec)
        sort_rungs(self._scheduler_alg)

    def is_finished(self) -> bool:
        return not self._open and self._search_alg.is_finished()

    def take_step(self) -> None:
        self._callbacks.on_step_begin(iteration=self._iteration, trials=self._trials)
        self._maybe_update_trial_queue()  # type: ignore[no-untyped-call]  # Ray's
        self._maybe_add_actors()
        self._actor_manager.next(timeout=0.1)
        self._stop_experiment_if_needed()  # type: ignore[no-untyped-call]  # Ray's
        self._iteration += 1
        if self._actor_cache.num_cached_objects:
            self._cleanup_cached_actors()

    def add_trial(self, trial: Trial) -> None:
        super().add_trial(trial)
        self._open.note(trial)

    def get_trials(self) -> Any:
        return self._open if self._scanning else self._trials

    def _wrapped(self) -> Any:
        return self._wrapper

    def _set_trial_status(self, trial: Trial, status: str) -> None:
        before = trial.status
        super()._set_trial_status(trial, status)
        if status != before:
            self._open.note(trial)

    def _requeue_trial(self, trial: Trial) -> None:
        super()._requeue_trial(trial)  # type: ignore[no-untyped-call]  # Ray's
        self._open.move_to_end(trial)

    def _maybe_add_actors(self) -> None:
        if self._as_fifo and self._no_trial_to_start():
            return
        self._scanning = self._as_fifo
        try:
            super()._maybe_add_actors()
        finally:
            self._scanning = False

    def _no_trial_to_start(self) -> bool:
        """Return whether all waiting trials are already queued for an actor, and no actor is free."""
        if self._pending_trials_list or self._actor_cache.num_cached_objects:
            return False
        return bool(self._pending_trials) or not self._paused_trials

    def _schedule_trial_train(self, trial: Trial) -> None:
        tracked = self._trial_to_actor[trial]
        self._actor_manager.schedule_actor_task(
            tracked,
            "train",
            on_result=lambda _, result: self._on_training_result(trial, result),
            on_error=lambda _, error: self._trial_task_failure(trial, error),
        )

    def _on_training_result(self, trial: Trial, result: dict[str, Any]) -> None:
        result["trial_id"] = trial.trial_id
        flat = flatten(result)
        if self._metric not in flat:
            self._validate_result_metrics(flat)  # type: ignore[no-untyped-call]  # Ray's
        if self._stopper(trial.trial_id, result) or trial.should_stop(flat):
            decision = TrialScheduler.STOP
        else:
            decision = self._scheduler_alg.on_trial_result(self._wrapper, trial, flat)
        if decision == TrialScheduler.STOP:
            result["done"] = True
        else:
            self._search_alg.on_trial_result(trial.trial_id, flat)
        self._callbacks.on_trial_result(
            iteration=self._iteration, trials=self._trials, trial=trial, result=result
        )
        trial.update_last_result(result)
        if decision != TrialScheduler.PAUSE:
            self._checkpoint_trial_if_needed(trial)  # type: ignore[no-untyped-call]  # Ray's
        if not trial.is_saving:
            self._execute_action(trial, decision)
        elif decision in FINAL or not self._cached_trial_decisions.get(trial.trial_id):
            self._cached_trial_decisions[trial.trial_id] = decision


def flatten(result: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with the configuration's parameters as ``config/<name>``."""
    config = result["config"]
    if any(
        type(value) is dict for values in (result, config) for value in values.values() if value is not config
    ):
        flat: dict[str, Any] = flatten_dict(result)
        return flat
    flat = dict(result)
    del flat["config"]
    for name, value in config.items():
        flat[f"config/{name}"] = value
    return flat


class OpenTrials:
    """The trials that are not over, in the order of Tune's list of all trials.

    FIFO looks for the first pending trial, then for the first paused one, at every step and among all trials,
    finished ones too; so do the schedulers that inherit its choice.  Iterating yields only those that wait.
    """

    def __init__(self) -> None:
        self._numbers: dict[Trial, int] = {}
        self._next = itertools.count()
        self._over: set[Trial] = set()
        self._waiting: list[tuple[int, Trial]] = []

    def __bool__(self) -> bool:
        return len(self._over) < len(self._numbers)

    def note(self, trial: Trial) -> None:
        """Take note of a trial, or of its new status."""
        if trial not in self._numbers:
            self._numbers[trial] = next(self._next)
        (self._over.add if trial.is_finished() else self._over.discard)(trial)
        self._leave(trial)
        if trial.status in WAITING:
            insort(self._waiting, (self._numbers[trial], trial))

    def move_to_end(self, trial: Trial) -> None:
        """Take note that a trial is now the last of the list."""
        self._leave(trial)
        self._numbers[trial] = next(self._next)
        self.note(trial)

    def _leave(self, trial: Trial) -> None:
        at = bisect_left(self._waiting, (self._numbers[trial],))
        if at < len(self._waiting) and self._waiting[at][1] is trial:
            del self._waiting[at]

    def __iter__(self) -> Iterator[Trial]:
        return (trial for _, trial in self._waiting)


def chooses_as_fifo(scheduler: Any) -> bool:
    """Return whether the scheduler chooses the next trial as FIFO does."""
    return getattr(type(scheduler), "choose_trial_to_run", None) is FIFOScheduler.choose_trial_to_run
