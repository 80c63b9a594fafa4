"""Tune's controller as a scheduler sees it, without Ray: trials report, save, pause and fail in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st
from ray.tune.experiment import Trial
from ray.tune.schedulers import TrialScheduler

from benchmarks.suite.registry import SCHEDULERS, Effect, ScheduleSetup

FAILS, ENDS = "fails", "ends"


def pick_with(data: st.DataObject, number: int) -> int:
    """Let hypothesis choose one of several events."""
    return data.draw(st.integers(0, number - 1)) if number > 1 else 0


@dataclass
class Part:
    """What one trial is going to do: its curve, and perhaps an epoch at which it fails or ends by itself."""

    curve: Sequence[float]
    fate: str = ""
    when: int = 0
    save_fails: bool = False  # the first time that it is paused
    seconds: float = 1.0  # of an epoch


@dataclass(eq=False)
class Player:
    """A trial."""

    trial_id: str
    part: Part
    status: str = Trial.PENDING
    is_saving: bool = False
    epoch: int = 0
    has_folder: bool = False

    def init_local_path(self) -> None:
        self.has_folder = True

    def __repr__(self) -> str:
        return self.trial_id


@dataclass
class Stage:
    """Runs a scheduler to the end of an experiment and writes down what it decides.

    Args:
        scheduler: the one that is tried.
        parts: the trials that the search will propose.
        workers: trials that train at a time.
        epochs: where Tune ends a trial.
        pick: chooses one of a number of events; this is what makes the order.
        at_once: the search proposes all trials at the start, as Tune's own generator does, not one at a time.
        unforeseen: that it has ended shows only when it is asked for one more.
        pauses: the scheduler pauses trials, and so must give them their folders.
    """

    scheduler: Any
    parts: Sequence[Part]
    workers: int
    epochs: int
    pick: Callable[[int], int]
    at_once: bool = False
    unforeseen: bool = False
    pauses: bool = True
    log: list[tuple[str, int, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # trials that were ended while they saved a checkpoint

    def __post_init__(self) -> None:
        self.trials: list[Player] = []
        self._coming = list(self.parts)
        self._over = False
        self._resetting_trials: set[Any] = set()
        nothing: Any = lambda trial_id: None  # noqa: E731
        searcher = SimpleNamespace(on_pause=nothing, on_unpause=nothing)
        self.search_alg = SimpleNamespace(is_finished=lambda: self._over, searcher=searcher)
        assert self.scheduler.set_search_properties("score", "max")

    def get_trials(self) -> list[Player]:
        return self.trials

    def stop_trial(self, trial: Player) -> None:
        if trial.is_saving:
            self.lost.append(trial.trial_id)
        if trial.status in (Trial.PENDING, Trial.PAUSED):
            self.scheduler.on_trial_remove(self, trial)
        elif trial.status == Trial.RUNNING:
            self.scheduler.on_trial_complete(self, trial, {})
        trial.status, trial.is_saving = Trial.TERMINATED, False

    def run(self) -> list[tuple[str, int, str]]:
        """Return (trial, epoch, decision) of every result; fail if nothing moves any more."""
        idle = 0
        while not (self._over and all(t.status in (Trial.TERMINATED, Trial.ERROR) for t in self.trials)):
            self._propose()
            self._start()
            busy = [trial for trial in self.trials if trial.status == Trial.RUNNING]
            idle = 0 if busy else idle + 1
            assert idle < 10, f"stalled: {[(t, t.status) for t in self.trials]}"
            if busy:
                self._event(busy[self.pick(len(busy))])
        return self.log

    def _propose(self) -> None:
        while self.at_once or not any(trial.status == Trial.PENDING for trial in self.trials):
            if not self._coming:
                self._over = True
                return
            trial = Player(f"t{len(self.trials):02d}", self._coming.pop(0))
            self._over = not self._coming and not self.unforeseen
            self.trials.append(trial)
            self.scheduler.on_trial_add(self, trial)
            assert trial.has_folder or not self.pauses, "Tune may start it in a way that forgets its folder"

    def _start(self) -> None:
        for _ in range(self.workers):
            chosen = self.scheduler.choose_trial_to_run(self)
            if chosen is not None:
                assert chosen.status in (Trial.PENDING, Trial.PAUSED)
                chosen.status = Trial.PENDING
            waiting = [trial for trial in self.trials if trial.status == Trial.PENDING]
            chosen = chosen or next(iter(waiting), None)
            if chosen and sum(trial.status == Trial.RUNNING for trial in self.trials) < self.workers:
                chosen.status = Trial.RUNNING

    def _event(self, trial: Player) -> None:
        if trial.is_saving:
            trial.is_saving = False
            if trial.part.save_fails:
                self._fail(trial)
            else:
                trial.status = Trial.PAUSED
            return
        trial.epoch += 1
        if trial.part.fate == FAILS and trial.part.when == trial.epoch:
            self._fail(trial)
            return
        decision = self._decide(trial)
        self.log.append((trial.trial_id, trial.epoch, decision))
        if decision == TrialScheduler.PAUSE:
            trial.is_saving = True
        elif decision in (TrialScheduler.STOP, "END"):
            self.stop_trial(trial)

    def _decide(self, trial: Player) -> str:
        if trial.epoch == self.epochs or (trial.part.fate == ENDS and trial.part.when == trial.epoch):
            return "END"  # Tune does not ask the scheduler
        value = trial.part.curve[trial.epoch - 1]
        seconds = trial.epoch * trial.part.seconds
        result = {"training_iteration": trial.epoch, "score": value, "time_total_s": seconds}
        return str(self.scheduler.on_trial_result(self, trial, result))

    def _fail(self, trial: Player) -> None:
        self.scheduler.on_trial_error(self, trial)
        trial.status = Trial.ERROR


def build(name: str, trials: int, epochs: int) -> Any:
    """Return a scheduler that needs nothing of the search space."""
    return SCHEDULERS[name].build(ScheduleSetup({}, (), trials, epochs, workers=2, seed=1))


def played(name: str, parts: list[Part], epochs: int, at_once: bool = False) -> list[tuple[str, int, str]]:
    """Return what a scheduler decides with one worker, which leaves no choice of order."""
    scheduler = build(name, len(parts), epochs)
    pauses = Effect.PAUSE in SCHEDULERS[name].does
    return Stage(scheduler, parts, 1, epochs, pick=lambda n: 0, at_once=at_once, pauses=pauses).run()
