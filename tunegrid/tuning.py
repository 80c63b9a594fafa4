"""A tuner of Ray Tune with a searcher and a scheduler of the suite, for a model of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ray.tune import Tuner

    from benchmarks.suite.specs import SchedulerSpec, SearcherSpec


def tuner(
    trainable: Callable[..., Any] | type,
    space: Mapping[str, Any],
    *,
    metric: str,
    mode: str = "max",
    searcher: str = "random",
    scheduler: str = "fifo",
    trials: int = 8,
    epochs: int = 9,
    workers: int = 2,
    seed: int = 0,
    mutable: tuple[str, ...] = (),
) -> Tuner:
    """Return a ``ray.tune.Tuner`` with what the suite compares under these names, repairs included.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> def train(config):
    ...     for epoch in range(9):
    ...         tune.report({"score": config["x"] * epoch})
    >>> space = {"x": tune.uniform(0, 1)}
    >>> tuner = tg.tuner(train, space, metric="score", searcher="optuna-tpe", scheduler="asha")
    >>> type(tuner).__name__  # tuner.fit() tunes
    'Tuner'

    Args:
        trainable: as Tune takes it; an epoch is a reported result.
        space: Tune's search space.
        metric: that the trainable reports.
        mode: "max" or "min".
        searcher: a name of ``tunegrid list``.
        scheduler: likewise.
        trials: configurations, times the searcher's own factor.
        epochs: the most results of a trial.
        workers: trials that train at the same time.
        seed: of the searcher and the scheduler.
        mutable: hyperparameters that a population may change.

    Raises:
        ValueError: for a name that is not registered, or a scheduler that replays another one's policy.
    """
    from ray import tune

    from benchmarks.engines.common.part_checks import plan_of, scheduler_of
    from benchmarks.suite.registry import ScheduleSetup, SearchSetup

    search, schedule = _parts(searcher, scheduler)
    samples = trials * search.budget
    undecided = schedule.max_concurrent(samples, workers)
    plan = plan_of(search, SearchSetup(space, samples, seed, undecided))
    built = scheduler_of(schedule, ScheduleSetup(space, mutable, trials, epochs, workers, seed))
    return tune.Tuner(
        trainable,
        param_space=dict(plan.space),
        tune_config=tune.TuneConfig(
            metric=metric,
            mode=mode,
            search_alg=plan.algorithm,
            scheduler=built,
            num_samples=plan.num_samples,
            max_concurrent_trials=None if plan.algorithm is not None else undecided,
        ),
        run_config=tune.RunConfig(stop={"training_iteration": epochs}),
    )


def _parts(searcher: str, scheduler: str) -> tuple[SearcherSpec, SchedulerSpec]:
    """Return the parts that are registered under two names.

    Raises:
        ValueError: for a name that is not registered, or a scheduler that replays another one's policy.
    """
    from benchmarks.suite import registry

    parts = (("searcher", searcher, registry.SEARCHERS), ("scheduler", scheduler, registry.SCHEDULERS))
    for kind, name, known in parts:
        if name not in known:
            raise ValueError(f"no {kind} is called {name!r}; expected one of {', '.join(sorted(known))}")
    schedule = registry.SCHEDULERS[scheduler]
    if schedule.replays is not None:
        raise ValueError(f"{scheduler} replays the policy of {schedule.replays}; give that as the scheduler")
    return registry.SEARCHERS[searcher], schedule
