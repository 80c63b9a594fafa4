"""Known results, told to a searcher before the first trial.

Whatever a library calls it (``evaluated_rewards``, ``tell``, trials of a study), one way reaches them all: a
searcher begins with the configurations of its setup's ``first`` and learns how they end.  So the known
configurations come first there, and each is asked for and answered before Tune asks for a trial.

Some libraries take such results and do nothing with them: Optuna's CMA-ES and NSGA-II count only trials
that they sampled, and a population waits until it is complete.  So a searcher is tried before: if its first
proposals are the same when the values are told the other way round, it is told nothing, and its experiment's
row says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from ray.tune.search import Repeater, Searcher
from ray.tune.search.repeater import TRIAL_INDEX

from benchmarks.core.refusal import shown
from benchmarks.core.seeding import OwnGenerators
from benchmarks.engines.common.part_checks import Unusable, plan_of
from benchmarks.engines.common.tuned_metric import MethodStandIn
from benchmarks.suite.known_points import KnownPoint
from benchmarks.suite.registry import Capability, SearcherSpec, SearchPlan, SearchSetup

TRIED = 4  # proposals by which it is seen whether a searcher heeds known results
CLOSE = 1e-9  # within which a float comes back from a library's own scale


def informed_plan(
    searcher: SearcherSpec, setup: SearchSetup, known: Sequence[KnownPoint], metric: str, epochs: int
) -> SearchPlan:
    """Return the plan of a searcher that is told known results as soon as it has its space.

    To its library they are trials of the budget, which is that much larger.

    Args:
        known: at least one.
        metric: the name under which Tune has the metric.
        epochs: that a result is of where nothing says it.

    Raises:
        Unusable: for a plan that Tune cannot carry out, or a searcher that cannot be told.
    """
    first = (*(dict(point.config) for point in known), *setup.first)
    larger = replace(setup, trials=setup.trials + len(known), first=first)
    plan = plan_of(searcher, larger)
    if not isinstance(plan.algorithm, Searcher):
        raise Unusable(
            f"{searcher.name} cannot be told known results, since it is no Searcher of ray.tune.search; "
            "declare learns=False, or leave out --known"
        )
    algorithm: Any = plan.algorithm
    algorithm.set_search_properties = _ToldAtOnce(
        algorithm.set_search_properties, algorithm, known, metric, epochs
    )
    return replace(plan, num_samples=setup.trials)


def heeds(
    searcher: SearcherSpec, setup: SearchSetup, known: Sequence[KnownPoint], metric: str, epochs: int
) -> bool:
    """Return whether the first proposals of a searcher depend on the known values; see ``informed_plan``.

    One that sets the epochs of its trials is told nothing: it takes each result for that of a rung of its
    own.  Nothing is left behind: the global generators of the libraries are as they were.
    """
    if not searcher.learns or Capability.SETS_EPOCHS in searcher.provides:
        return False
    if len({point.value for point in known}) < 2:
        return False
    ranked = sorted(range(len(known)), key=lambda index: known[index].value)
    turned = list(known)
    for index, other in zip(ranked, reversed(ranked), strict=True):
        turned[index] = replace(known[index], value=known[other].value)
    one, other_way = (_first_proposals(searcher, setup, told, metric, epochs) for told in (known, turned))
    return one != other_way


def _first_proposals(
    searcher: SearcherSpec, setup: SearchSetup, known: Sequence[KnownPoint], metric: str, epochs: int
) -> list[Any]:
    with OwnGenerators(setup.seed):
        plan = informed_plan(searcher, replace(setup, first=()), known, metric, epochs)
        search: Any = plan.algorithm
        search.set_search_properties(metric, "max", dict(plan.space), stop={"training_iteration": epochs})
        middle = {metric: median(point.value for point in known), "training_iteration": epochs}
        proposed = []
        for name in (f"tried_{number}" for number in range(TRIED)):
            proposed.append(search.suggest(name))
            if isinstance(proposed[-1], Mapping):
                search.on_trial_complete(name, result=dict(middle))
        return proposed


class _ToldAtOnce(MethodStandIn):
    """A searcher's ``set_search_properties``, after which it is told; pickled as the plain method."""

    def __init__(
        self, method: Any, searcher: Searcher, known: Sequence[KnownPoint], metric: str, epochs: int
    ) -> None:
        super().__init__(method)
        self._searcher, self._known, self._metric, self._epochs = searcher, known, metric, epochs

    def __call__(self, *args: Any, **options: Any) -> Any:
        accepted = self._method(*args, **options)
        known, self._known = self._known, ()
        tell(self._searcher, known, self._metric, self._epochs)
        return accepted


def tell(searcher: Searcher, known: Sequence[KnownPoint], metric: str, epochs: int) -> None:
    """Ask a searcher for each known configuration, with which it begins, and tell how it ended.

    Raises:
        Unusable: if it begins with others.
    """
    names = (f"known_{number:05d}" for number in range(len(known) * repeats(searcher)))
    for point in known:
        result = {metric: point.value, "training_iteration": point.epochs or epochs}
        for _ in range(repeats(searcher)):
            name = next(names)
            proposed: Any = searcher.suggest(name)
            own = {n: v for n, v in proposed.items() if n != TRIAL_INDEX} if proposed else proposed
            if not alike(own, point.config):
                raise Unusable(
                    f"was to begin with the known configuration {shown(dict(point.config))} and proposed "
                    f"{shown(own)}; a searcher that learns gives the configurations of setup.first first"
                )
            searcher.on_trial_complete(name, result=dict(result))


def repeats(searcher: Any) -> int:
    """Return how often a searcher proposes each configuration: more than once within Ray's Repeater."""
    inner = getattr(searcher, "searcher", None)
    own = int(searcher.repeat) if isinstance(searcher, Repeater) else 1
    return own * (repeats(inner) if isinstance(inner, Searcher) else 1)


def alike(one: Any, other: Any) -> bool:
    """Return whether two configurations are the same but for the last digits of their floats."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return type(one) is type(other) and bool(one == other)
