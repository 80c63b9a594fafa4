"""The registries of searchers, schedulers and trainables, and their decorators.

A searcher, scheduler or trainable registers itself by a decorator in a file of its own, in the packages
``searchers``, ``schedulers`` and ``benchmarks.trainables``; a third party's arrives by an entry point
(groups ``tunegrid.searchers``, ``tunegrid.schedulers``, ``tunegrid.trainables``) that names a module with
such decorators.  The environment variable ``TUNEGRID_PLUGINS`` names such modules too, which need no package;
it reaches every process of a run.  A part that is named by its file (``train.py:train_fn``) is registered
when it is first selected, here and in the processes to come.  Each part states the *capabilities* that it
provides and requires; ``suite.rules`` matches them.

A name with options, ``asha[reduction_factor=4]``, is looked up like any other: it is the part with these.

A spec is checked when it is registered.  One that is refused raises SpecError in a script, a notebook or a
test.  In a plug-in's module it is noted in the registry (``broken``), and the decorator returns what it was
given: the other parts of the module stay, here and in every process that imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from benchmarks.core.refusal import SpecError, shown
from benchmarks.suite.capabilities import Capability, Effect
from benchmarks.suite.part_options import Option
from benchmarks.suite.part_registry import Registry, S, UnknownName
from benchmarks.suite.plugins import PLUGINS, is_plugin
from benchmarks.suite.setups import NativeSetup, ScheduleSetup, SearchPlan, SearchSetup
from benchmarks.suite.specs import SchedulerSpec, SearcherSpec, Spec
from benchmarks.suite.trainable_spec import TrainableSpec

__all__ = [
    "PLUGINS",
    "SCHEDULERS",
    "SEARCHERS",
    "TRAINABLES",
    "Capability",
    "Effect",
    "NativeSetup",
    "Option",
    "Registry",
    "ScheduleSetup",
    "SchedulerSpec",
    "SearchPlan",
    "SearchSetup",
    "SearcherSpec",
    "Spec",
    "SpecError",
    "TrainableSpec",
    "UnknownName",
    "scheduler",
    "searcher",
    "trainable",
]

F = TypeVar("F", bound=Callable[..., Any])


SEARCHERS: Registry[SearcherSpec] = Registry("searchers")
SCHEDULERS: Registry[SchedulerSpec] = Registry("schedulers")
TRAINABLES: Registry[TrainableSpec] = Registry("trainables")


def searcher(name: str, summary: str = "", **fields: Any) -> Callable[[F], F]:
    """Register the decorated ``build(SearchSetup) -> SearchPlan``; ``fields`` are SearcherSpec's.

    >>> import tunegrid as tg
    >>> @tg.searcher("first-values", "random search, written anew", learns=False)
    ... def first_values(setup):
    ...     return tg.SearchPlan(setup.space, setup.trials)
    >>> _ = tg.run(searchers="first-values", schedulers="fifo", trainables="branin", dry_run=True)
    note: only this process can resume the run: first_values lies in no file that another could read
    ... branin first-values x fifo cpu #0  to run
    ...

    Raises:
        SpecError: for a field that cannot be, or a name that is taken; not in a plug-in's module.
    """
    return _registering(SEARCHERS, SearcherSpec, name, summary, fields)


def scheduler(name: str, summary: str = "", **fields: Any) -> Callable[[F], F]:
    """Register the decorated ``build(ScheduleSetup) -> TrialScheduler``; ``fields`` are SchedulerSpec's.

    >>> import tunegrid as tg
    >>> from ray.tune.schedulers import MedianStoppingRule
    >>> @tg.scheduler("early-median", "the median rule, from the first epoch on", does={tg.Effect.STOP})
    ... def early_median(setup, *, grace_period: int = 1):
    ...     return MedianStoppingRule(time_attr="training_iteration", grace_period=grace_period)
    >>> _ = tg.run(searchers="random", schedulers="early-median[grace_period=1|2]", trainables="branin",
    ...            dry_run=True)
    note: only this process can resume the run: early_median lies in no file that another could read
    ... branin random x early-median cpu #0  to run
    ... branin random x early-median[grace_period=2] cpu #0  to run
    ...

    Raises:
        SpecError: as ``searcher``.
    """
    return _registering(SCHEDULERS, SchedulerSpec, name, summary, fields)


def trainable(name: str, summary: str = "", **fields: Any) -> Callable[[F], F]:
    """Register the decorated trainable, a class or a function; ``fields`` are TrainableSpec's.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> @tg.trainable("halves", "a loss that halves", space=lambda: {"x": tune.uniform(0, 1)}, metric="loss",
    ...               mode="min")
    ... def halves(config):
    ...     for epoch in range(100):
    ...         tune.report({"loss": config["x"] / 2**epoch})
    >>> _ = tg.run(trainables="halves", searchers="random", schedulers="fifo", dry_run=True)
    note: only this process can resume the run: halves lies in no file that another could read
    ... halves random x fifo cpu #0  to run
    ...

    Raises:
        SpecError: as ``searcher``.
    """
    return _registering(TRAINABLES, TrainableSpec, name, summary, fields)


def _registering(
    registry: Registry[S], kind: type[S], name: Any, summary: str, fields: dict[str, Any]
) -> Callable[[F], F]:
    if callable(name):  # the decorator without brackets: this is what it decorates
        called, word = getattr(name, "__name__", shown(name)), kind.KIND
        reason = f"{word} {shown(called)}: has no name; write @{word}('name', 'what it is', ...)"
        _refuse(registry, called, _origin(name), SpecError(reason))
        bare: Any = name
        return cast("Callable[[F], F]", bare)

    def register(thing: F) -> F:
        try:
            registry.add(kind.of(name, summary, thing, fields))
        except SpecError as error:
            _refuse(registry, name, _origin(thing), error)
        return thing

    return register


def _origin(thing: Any) -> str:
    return getattr(thing, "__module__", None) or type(thing).__module__


def _refuse(registry: Registry[Any], name: Any, origin: str, error: SpecError) -> None:
    """Note a refusal of a plug-in's; raise any other."""
    if not is_plugin(origin):
        raise error
    registry.refuse(name, origin, str(error))
