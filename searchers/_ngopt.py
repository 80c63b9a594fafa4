"""NGOpt without the two optimisers of Nevergrad that break what it picks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np
from nevergrad.optimization import metamodel, optimizerlib
from nevergrad.optimization.base import Optimizer

from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers._nevergrad import SeededNevergrad, nevergrad_plan


def _rebuilt(function: Any, **meanings: Any) -> Callable[..., Any]:
    """Return a copy of ``function`` that finds these under global names; its module stays as it is."""
    return FunctionType(
        function.__code__,
        {**function.__globals__, **meanings},
        function.__name__,
        function.__defaults__,
    )


def _number(value: Any) -> float:
    """``float`` as it was before numpy 2.4: the number in an array of one element, of any dimension."""
    return float(np.asarray(value).item())


class SoundMetaModel(optimizerlib._MetaModel):  # type: ignore[misc]
    """Nevergrad's meta-model, whose quadratic fit is searched for its minimum without a TypeError."""

    _internal_ask_candidate = _rebuilt(
        optimizerlib._MetaModel._internal_ask_candidate,
        learn_on_k_best=_rebuilt(metamodel.learn_on_k_best, float=_number),
    )


class SteadyNGOpt(SeededNevergrad):
    """NevergradSearch with NGOpt, whose meta-models work, however deep they are among what it picks."""

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        optimizer: Any = self._nevergrad_opt
        for part in _parts(optimizer.optim):  # each time: a part may make others when it needs them
            if type(part) is optimizerlib._MetaModel:
                part.__class__ = SoundMetaModel
        return super().suggest(trial_id)


def _parts(optimizer: Any) -> Iterator[Any]:
    yield optimizer
    for value in vars(optimizer).values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Optimizer):
                yield from _parts(item)


def ngopt_plan(setup: SearchSetup) -> SearchPlan:
    """Return the plan of NGOpt, with two workers at least.

    For a single one it may pick an optimiser that runs in a thread of its own until it has the result of its
    only candidate: it never has that of a trial that failed.
    """
    return nevergrad_plan(setup, optimizerlib.NGOpt, SteadyNGOpt, workers=max(2, setup.max_concurrent))
