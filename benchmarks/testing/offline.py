"""Searches without a cluster: a registered searcher, called as Tune calls it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from tempfile import TemporaryDirectory
from typing import Any

from ray import tune
from ray.tune.search import SearchAlgorithm, Searcher, SearchGenerator

from benchmarks.core.scratch import of_process
from benchmarks.core.seeding import derive
from benchmarks.suite.pause_hooks import pause_hook
from benchmarks.suite.registry import SEARCHERS, SearchSetup

Config = dict[str, Any]

METRIC = "made_up_metric"
EPOCHS = 9  # of a trial, as Tune tells a searcher
RESTING = 3  # trials that rest at a time before the first of them is ended


class End(StrEnum):
    """The end of a suggested trial."""

    OK = "ok"  # reports a result and completes with it
    FAILS = "fails"  # at once
    FAILS_LATE = "fails late"  # after a result
    NAN = "nan"  # reports NaN and completes with it
    SILENT = "silent"  # completes without any result
    RESTS = "rests"  # is paused after a result, and ended later: Tune then completes it without a result


def score(config: Mapping[str, Any]) -> float:
    """An objective for any space: a number in [0, 1) that belongs to the configuration."""
    return derive("score", dict(config)) / 2**31


class Offline:
    """One search from its setup on; ``configs`` are the suggestions so far, by trial id and in order.

    Args:
        name: the searcher's registered name.
        space, trials, seed, max_concurrent, first: see ``SearchSetup``.
        mode: "max" or "min".
        options: others of ``SearchSetup``.
    """

    def __init__(
        self,
        name: str,
        space: Mapping[str, Any],
        *,
        trials: int,
        seed: int = 1,
        max_concurrent: int = 4,
        first: Sequence[Mapping[str, Any]] = (),
        mode: str = "max",
        **options: Any,
    ) -> None:
        self.spec = SEARCHERS[name]
        self.plan = self.spec.build(SearchSetup(space, trials, seed, max_concurrent, tuple(first), **options))
        self.configs: dict[str, Config] = {}
        self._folder = TemporaryDirectory(dir=of_process())  # Tune's, where nothing of interest will be
        algorithm = self.plan.algorithm
        assert isinstance(algorithm, Searcher | SearchAlgorithm), f"{algorithm!r} is not a search algorithm"
        self.algorithm: Any = SearchGenerator(algorithm) if isinstance(algorithm, Searcher) else algorithm
        tune.register_trainable("offline", _never_trained)
        experiment = tune.Experiment(
            *("offline", "offline"),
            config=dict(self.plan.space),
            num_samples=self.plan.num_samples,
            storage_path=self._folder.name,
            stop={"training_iteration": EPOCHS},
        )
        self.algorithm.set_search_properties(
            METRIC, mode, experiment.spec["config"], **experiment.public_spec
        )
        self.algorithm.add_configurations([experiment])

    @property
    def ended(self) -> bool:
        """Whether no further suggestion can come."""
        return bool(self.algorithm.is_finished())

    def ask(self) -> str | None:
        """Return the id of the next trial; None if there is none now."""
        trial = self.algorithm.next_trial()
        if trial is None:
            return None
        self.configs[trial.trial_id] = dict(trial.config)
        return str(trial.trial_id)

    def report(self, trial_id: str, value: float) -> None:
        """Tell the result of the trial's first epoch."""
        self.algorithm.on_trial_result(trial_id, self._result(trial_id, value))

    def rest(self, trial_id: str) -> None:
        """Tell that the trial is paused, as an engine does, a searcher that has a hook for it."""
        hook = pause_hook(self.plan.algorithm)
        if hook is not None:
            hook(trial_id)

    def end(self, trial_id: str, value: float | None = None, *, failed: bool = False) -> None:
        """Tell that the trial is over, with its last result if Tune would hand it over."""
        result = None if value is None else self._result(trial_id, value)
        self.algorithm.on_trial_complete(trial_id, result=result, error=failed)

    def play(self, trial_id: str, end: End, objective: Callable[[Config], float]) -> None:
        """Play a trial to its end; a paused one is still to be ended."""
        value = math.nan if end is End.NAN else objective(self.configs[trial_id])
        if end not in (End.FAILS, End.SILENT):
            self.report(trial_id, value)
        if end is End.RESTS:
            self.rest(trial_id)
        elif end in (End.OK, End.NAN):
            self.end(trial_id, value)
        else:
            self.end(trial_id, failed=end is not End.SILENT)

    def _result(self, trial_id: str, value: float) -> dict[str, Any]:
        result = {METRIC: value, "training_iteration": 1, "trial_id": trial_id}
        return result | {"config": self.configs[trial_id], "time_total_s": 1.0, "done": False}


def drive(
    search: Offline,
    *,
    objective: Callable[[Config], float] = score,
    at_once: int = 1,
    ends: Callable[[int], End] = lambda number: End.OK,
    count: int | None = None,
) -> list[Config]:
    """Return the next suggestions of ``search`` while ``at_once`` of its trials train.

    Args:
        objective: what a configuration reports.
        ends: what becomes of the trial of that number, counted from 0.
        count: the most suggestions; None = as many as there are.
    """
    training: list[tuple[str, End]] = []
    resting: list[str] = []
    given: list[Config] = []
    while (count is None or len(given) < count) and (trial_id := search.ask()) is not None:
        training.append((trial_id, ends(len(given))))
        given.append(search.configs[trial_id])
        if len(training) == at_once:
            _finish(search, *training.pop(0), resting, objective)
        if len(resting) > RESTING:
            search.end(resting.pop(0))
    for trial_id, end in training:
        _finish(search, trial_id, end, resting, objective)
    for trial_id in resting:
        search.end(trial_id)
    return given


def _finish(
    search: Offline, trial_id: str, end: End, resting: list[str], objective: Callable[[Config], float]
) -> None:
    search.play(trial_id, end, objective)
    if end is End.RESTS:
        resting.append(trial_id)


def _never_trained(config: Config) -> None:
    raise AssertionError("nothing is trained here")
