"""Tune's own controller, with the parts that touch Ray or the disk replaced.

Every decision is Ray's code.  What is replaced: the actors, the clock that they wait on, the snapshots on
disk, the second that Tune sleeps when a searcher proposes nothing, and sets of trials, whose order in
Ray depends on memory addresses.
"""

from __future__ import annotations

from typing import Any

from ray.tune.experiment import Trial
from ray.tune.search import BasicVariantGenerator, ConcurrencyLimiter

from benchmarks.core.environment import variable
from benchmarks.engines.common.ordered_set import use_ordered_sets
from benchmarks.engines.common.outcome import Stalled
from benchmarks.engines.common.recorder import count_states
from benchmarks.engines.ray_internals import FutureTrainingResult, TuneController
from benchmarks.engines.virtual.actor_states import ActorTask
from benchmarks.engines.virtual.clock import Clock
from benchmarks.engines.virtual.manager import VirtualActorManager

PATIENCE = 1000  # steps without an event before a run counts as stalled; a searcher may skip some


class InMemorySave(FutureTrainingResult):
    """A checkpoint that is being saved; PBT waits for it and checks its type."""

    def __init__(self, task: Any, clock: Clock) -> None:
        super().__init__(task)
        self._task: ActorTask = task
        self._clock = clock

    def resolve(self, block: bool = True) -> Any:
        assert self._task.call is not None
        if self._clock.now < self._task.ends:
            if not block:
                return None
            self._clock.now = self._task.ends
        return self._task.call.value


class VirtualController(TuneController):
    """``TuneController`` on virtual actors.

    Args:
        manager: of the actors.
        clock: theirs.
        workers: how many trials may train at the same time.
        options: of ``TuneController``.
    """

    def __init__(self, manager: VirtualActorManager, clock: Clock, workers: int, **options: Any) -> None:
        self._clock, self._workers = clock, workers
        nothing: Any = lambda: None  # noqa: E731 - Tune never uses it
        with variable("TUNE_MAX_PENDING_TRIALS_PG", "1"):  # else it asks Ray for the cluster's resources
            super().__init__(resource_manager_factory=nothing, **options)
        replaced: dict[str, Any] = {
            "_actor_manager": manager,
            "_class_cache": _Identity(),
            "_insufficient_resources_manager": _NoResourceWarnings(),
        }
        for name, stand_in in replaced.items():
            assert hasattr(self, name), f"TuneController has no {name}: another version of Ray?"
            setattr(self, name, stand_in)
        use_ordered_sets(self)
        self._idle = 0  # steps since the last event

    def update_max_pending_trials(self, max_pending_trials: int | None = None) -> None:
        """Limit the pending trials as Tune does on a cluster with a CPU for each worker."""
        self._max_pending_trials = 1
        searcher = getattr(self._search_alg, "searcher", None)
        if isinstance(self._search_alg, BasicVariantGenerator):
            self._max_pending_trials = max(200, int(self._workers * 1.1))
        while searcher is not None:
            if isinstance(searcher, ConcurrencyLimiter):
                self._max_pending_trials = searcher.max_concurrent
                return
            searcher = getattr(searcher, "searcher", None)

    def step(self) -> None:
        """Take a step of Tune's loop.

        Raises:
            Stalled: if nothing has happened in the last ``PATIENCE`` steps.
        """
        happened = self._clock.happened
        self.take_step()
        self._idle = self._idle + 1 if self._clock.happened == happened else 0
        if self._idle > PATIENCE:
            over = self._search_alg.is_finished()
            waits = "the scheduler lets none of them go on" if over else "the searcher offers no other"
            raise Stalled(f"nothing is under way, and {waits}; {count_states(self._trials)}")

    def take_step(self) -> None:
        """Ask for trials, start those that can be, and handle one event."""
        super().step()  # type: ignore[no-untyped-call]  # Ray's

    def checkpoint(self, force: bool = False, wait: bool = False) -> None:
        """No-op: an experiment is resumed from its start."""

    def _create_checkpoint_manager(self) -> Any:
        return _NoSnapshots()

    def _mark_trial_to_checkpoint(self, trial: Trial) -> None:
        pass

    def _update_trial_queue(self, blocking: bool = False, timeout: int = 600) -> bool:
        trial = self._search_alg.next_trial()
        if trial is not None:
            self.add_trial(trial)
        return trial is not None

    def _schedule_trial_save(self, trial: Trial, result: Any = None) -> Any:
        if super()._schedule_trial_save(trial, result) is None:
            return None
        state: Any = trial.temporary_state
        state.saving_to = InMemorySave(state.saving_to.future, self._clock)
        return state.saving_to


class _NoResourceWarnings:
    """Takes the place of the warnings that a cluster may be too small."""

    def on_no_available_trials(self, trials: list[Trial]) -> None:
        """No-op: ``step`` notices a stalled run."""


class _NoSnapshots:
    def sync_up_experiment_state(self, *args: Any, **options: Any) -> None:
        """No-op."""

    def on_trial_checkpoint(self, trial: Trial) -> None:
        """No-op."""


class _Identity:
    """Takes the place of the cache that makes Ray actor classes of trainables."""

    def get(self, trainable: Any) -> Any:
        return trainable
