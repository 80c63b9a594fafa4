"""Categories distinguished by type and position: 1, 1.0 and True are three, though equal in Python."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from ray.tune.search.sample import Categorical, Domain

from benchmarks.core.seeding import canonical


def identity(value: Any) -> Hashable:
    """Return a key that two values share only if they are the same value of the same type, at any depth.

    A scalar of numpy's counts as the number that it holds; NaN is itself; -0.0 is not 0.0.
    """
    value = plain(value)
    if isinstance(value, Mapping):
        return dict, frozenset((identity(key), identity(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(identity, value))
    if isinstance(value, float):
        return float, repr(value)
    try:
        hash(value)
    except TypeError:
        return type(value), repr(value)
    return type(value), value


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same value of the same type."""
    return identity(one) == identity(other)


def distinct(values: Iterable[Any]) -> list[Any]:
    """Return ``values`` in their order, each but once."""
    first: dict[Hashable, Any] = {}
    for value in values:
        first.setdefault(identity(value), value)
    return list(first.values())


def plain(value: Any) -> Any:
    """Return a scalar of numpy's as Python's own, anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def positions(items: Sequence[Any]) -> Callable[[Any], int]:
    """Return the function from a category to its position in ``items``, the first if it is there twice.

    A category that JSON has held is found too: a tuple has become a list.  The function raises ValueError
    for what is none of them.
    """
    exact: dict[Hashable, int] = {}
    written: dict[str, int] = {}
    for index, item in enumerate(items):
        exact.setdefault(identity(item), index)
        written.setdefault(_text(item), index)

    def position(value: Any) -> int:
        index = exact.get(identity(value))
        if index is None:
            index = written.get(_text(value))
        if index is None:
            raise ValueError(f"{value!r} is none of the categories {list(items)}")
        return index

    return position


def distinguishable(items: Sequence[Any]) -> bool:
    """Return whether any library tells these categories apart by itself.

    That is so for strings, booleans and finite numbers of which no two are equal, and no two have the same
    text (some libraries write them down).
    """
    usual = all(isinstance(item, str | int | float) for item in items)
    return (
        usual
        and not any(isinstance(item, float) and not np.isfinite(item) for item in items)
        and len(set(items)) == len({str(item) for item in items}) == len(items)
    )


def restored(space: Any, value: Any) -> Any:
    """Return a configuration of ``space`` that JSON has held, with categories and constants as they were.

    A value that does not fit the space stays as it is.
    """
    if isinstance(space, Categorical):
        for item in sorted(space.categories, key=lambda item: not same(item, value)):
            there = restored(item, value)
            if not _has_domains(item) and _text(item) == _text(value):
                return plain(item)
            if _has_domains(item) and _alike(item, value):
                return there
        return value
    if isinstance(space, Mapping) and isinstance(value, Mapping):
        return {key: restored(space[key], item) if key in space else item for key, item in value.items()}
    if isinstance(space, list) and isinstance(value, list) and len(space) == len(value):
        return [restored(part, item) for part, item in zip(space, value, strict=True)]
    if isinstance(space, Domain):
        return value
    return space if _text(space) == _text(value) else value


def _has_domains(part: Any) -> bool:
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ()
    return isinstance(part, Domain) or any(map(_has_domains, inner))


def _alike(part: Any, value: Any) -> bool:
    """Return whether ``value`` has the names and constants of a part of a space that holds domains."""
    if isinstance(part, Categorical):
        return any(_alike(item, value) for item in part.categories)
    if isinstance(part, Domain):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(part, Mapping):
        names = isinstance(value, Mapping) and part.keys() == value.keys()
        return names and all(_alike(item, value[key]) for key, item in part.items())
    if isinstance(part, list) and _has_domains(part):
        return isinstance(value, list) and len(part) == len(value) and all(map(_alike, part, value))
    return _text(part) == _text(value)


def _text(value: Any) -> str:
    try:
        return canonical(value)
    except (TypeError, ValueError):  # values that JSON cannot hold are distinguished by their type alone
        return f"{type(value).__qualname__} {value!r}"
