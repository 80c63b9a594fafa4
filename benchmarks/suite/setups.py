"""Setups: the arguments of a searcher's and a scheduler's ``build``, and the plan that a searcher returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SearchSetup:
    """The arguments of a searcher.

    Attributes:
        space: Tune's search-space dict.
        trials: the budget of trials.
        seed: of its draws.
        max_concurrent: the number of trials that may be undecided at once.
        first: configurations to begin with, which count as trials of the budget.
    """

    space: Mapping[str, Any]
    trials: int
    seed: int
    max_concurrent: int
    first: tuple[Mapping[str, Any], ...] = ()

    @property
    def n_startup_trials(self) -> int:
        """The number of random trials before a model proposes: a quarter of the budget, from 3 to 10."""
        return min(10, max(3, self.trials // 4))

    @property
    def startup(self) -> int:
        """The name of ``n_startup_trials`` in version 0.1."""
        return self.n_startup_trials

    @property
    def look_ahead(self) -> int:
        """The name of ``max_concurrent`` in version 0.1."""
        return self.max_concurrent


@dataclass(frozen=True)
class SearchPlan:
    """The arguments that Tune gets from a searcher.

    Attributes:
        space: as Tune resolves it.
        num_samples: the number of times that it does.
        algorithm: a ``Searcher``; None for Tune's own variant generator.
    """

    space: Mapping[str, Any]
    num_samples: int
    algorithm: Any = None


@dataclass(frozen=True)
class ScheduleSetup:
    """The arguments of a scheduler; metric and mode reach it through Tune.

    Attributes:
        space: Tune's search-space dict.
        mutable: names of the hyperparameters that it may change.
        trials: the budget of trials.
        epochs: the most that a trial trains.
        workers: the number of trials that train at once.
        seed: of its draws.
        policy: the file that a PBT experiment left for a replay, else None.
    """

    space: Mapping[str, Any]
    mutable: tuple[str, ...]
    trials: int
    epochs: int
    workers: int
    seed: int
    policy: str | None = None
