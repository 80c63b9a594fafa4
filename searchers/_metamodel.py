"""Nevergrad's meta-model, mended for numpy 2.4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np
from nevergrad.optimization import metamodel, optimizerlib
from nevergrad.optimization.base import Optimizer


def mend_metamodels(optimizer: Any) -> None:
    """Mend the meta-models of an optimiser, however deep they are among what NGOpt picks.

    To be called before each ``ask``: a part may make others when it needs them.
    """
    for part in _parts(optimizer):
        if type(part) is optimizerlib._MetaModel:
            part.__class__ = SoundMetaModel


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


def _parts(optimizer: Any) -> Iterator[Any]:
    yield optimizer
    for value in vars(optimizer).values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Optimizer):
                yield from _parts(item)
