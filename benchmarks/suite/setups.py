"""Setups: the arguments of a searcher's and a scheduler's ``build``, and the plan that a searcher returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SearchSetup:
    """The arguments of a searcher.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> setup = tg.SearchSetup({"lr": tune.loguniform(1e-4, 1)}, trials=32, seed=1, max_concurrent=2)
    >>> setup.n_startup_trials, setup.startup_option("n_initial_points")
    (8, {'n_initial_points': 8})

    Attributes:
        space: Tune's search-space dict.
        trials: the budget of trials.
        seed: of its draws.
        max_concurrent: the number of trials that may be undecided at once.
        first: configurations to begin with, which count as trials of the budget.
        levelled: whether all models draw the same number of random start-up trials; False lets each library
            keep its own.
        cheap: values of hyperparameters at which training is cheapest, where the trainable says so; a
            searcher whose adapter takes ``cheap`` is given them by ``adapt``.
    """

    space: Mapping[str, Any]
    trials: int
    seed: int
    max_concurrent: int
    first: tuple[Mapping[str, Any], ...] = ()
    levelled: bool = True
    cheap: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n_startup_trials(self) -> int:
        """The number of random trials before a model proposes: a quarter of the budget, from 3 to 10."""
        return min(10, max(3, self.trials // 4))

    def startup_option(self, name: str, given: int | None = None) -> dict[str, Any]:
        """Return a library's option of that name for its random start-up trials; none if it keeps its own.

        Args:
            given: the number that the searcher's own option has, which goes before that of all.
        """
        if given is not None:
            return {name: given}
        return {name: self.n_startup_trials} if self.levelled else {}

    @property
    def startup(self) -> int:
        """The name of ``n_startup_trials`` in version 0.1."""
        return self.n_startup_trials

    @property
    def look_ahead(self) -> int:
        """The name of ``max_concurrent`` in version 0.1."""
        return self.max_concurrent


@dataclass(frozen=True, kw_only=True)
class NativeSetup(SearchSetup):
    """The arguments of a native loop: a search of a library by its own documented API.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> def native(setup):
    ...     for x in (0.1, 0.9):
    ...         print(setup.loss({"x": x}))
    >>> native(tg.NativeSetup({"x": tune.uniform(0, 1)}, 2, seed=0, max_concurrent=1, loss=lambda v: v["x"]))
    0.1
    0.9

    Attributes:
        space: name to domain.  Where a searcher encodes what its library's adapter mishandles, this is the
            space that the library sees.
        loss: trains the configuration with these values and returns what is to be minimised.
        defaults: whether everything is the library's default.  False takes over what the searcher sets
            otherwise (``SearcherSpec.settings``), so that the same seed must propose the same.
    """

    loss: Callable[[Mapping[str, Any]], float]
    defaults: bool = False


@dataclass(frozen=True)
class SearchPlan:
    """The arguments that Tune gets from a searcher.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> tg.SearchPlan({"lr": tune.choice([0.1, 0.2])}, num_samples=8).algorithm is None  # Tune draws
    True

    Attributes:
        space: as Tune resolves it.
        num_samples: the number of times that it does.
        algorithm: a ``Searcher``; None for Tune's own variant generator.
        told: what the library was told otherwise than the experiment says, a clause; else empty.
    """

    space: Mapping[str, Any]
    num_samples: int
    algorithm: Any = None
    told: str = ""


@dataclass(frozen=True)
class ScheduleSetup:
    """The arguments of a scheduler; metric and mode reach it through Tune.

    >>> import tunegrid as tg
    >>> from ray.tune.schedulers import ASHAScheduler
    >>> def halving(setup):
    ...     return ASHAScheduler(time_attr="training_iteration", max_t=setup.epochs)
    >>> setup = tg.ScheduleSetup({}, (), trials=8, epochs=27, workers=2, seed=0)
    >>> type(halving(setup)).__name__
    'AsyncHyperBandScheduler'

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
