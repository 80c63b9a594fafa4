"""Sampling by Tune's own generator over domains of any bounds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Sampler

from benchmarks.spaces.categories import plain
from benchmarks.spaces.domains import from_fraction, kind, ordinary


class Share(Sampler):
    """A sampler that turns a uniform draw of Tune's generator into a value, as the encoding does."""

    def __init__(self, decode: Callable[[float], Any]) -> None:
        self._decode = decode

    def sample(self, domain: Any, config: Any = None, size: int = 1, random_state: Any = None) -> Any:
        shares = random_state.uniform(0.0, 1.0, size=size)
        values = [self._decode(float(share)) for share in shares]
        return values if len(values) > 1 else values[0]


def drawable(space: Any) -> Any:
    """Return a space, or a part of one, of the same distribution, which Tune's sampler gets right.

    Tune overflows or leaves the bounds of domains that are not ``spaces.domains.ordinary``: these are drawn
    as a share of [0, 1].  Categories that are scalars of numpy's become Python's own.

    Raises:
        ValueError: for a domain that has no value.
    """
    if isinstance(space, Mapping):
        return {name: drawable(part) for name, part in space.items()}
    if isinstance(space, list):
        return [drawable(part) for part in space]
    if isinstance(space, Categorical):
        choice = copy.copy(space)
        choice.categories = [plain(drawable(item)) for item in space.categories]
        return choice
    if not isinstance(space, Domain) or kind(space) == "other" or ordinary(space):
        return space
    decode, changed = from_fraction(space), copy.copy(space)
    changed.set_sampler(Share(decode), allow_override=True)
    return changed
