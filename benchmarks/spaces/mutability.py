"""Mutable hyperparameters: which parts of a search space may change while a trial trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.spaces.grid_values import GRID


def check_mutable(space: Mapping[str, Any], mutable: tuple[str, ...]) -> None:
    """Raise ValueError for a name that is not of a hyperparameter that may change while a trial trains."""
    for name in mutable:
        if reason := _why_immutable(space, name):
            raise ValueError(f"holds {name!r}, which {reason}")


def _why_immutable(space: Mapping[str, Any], name: str) -> str:
    """Return why a part of the space cannot change, and what to write; "" if it can."""
    from ray.tune.search.sample import Domain

    part = space.get(name)
    if isinstance(part, Domain):
        return _why_fixed(part)
    if isinstance(part, Mapping) and GRID not in part:
        return "is a dict; only hyperparameters at the top of the space can change: write its parts there"
    if name in space:
        kind = "a grid_search" if isinstance(part, Mapping) else f"the constant {shown(part)}"
        return f"is {kind} and has nothing to change to; leave it out or write a domain"
    inner = [path for path in _paths(space) if name in (path, path.replace(".", "/"))]
    if inner:
        return (
            f"lies within {inner[0].partition('.')[0]}; only hyperparameters at the top of the space can "
            "change: write it there"
        )
    return f"is not a hyperparameter of the space; {nearest(name, space)}"


def _why_fixed(domain: Any) -> str:
    """Return why a domain gives no values to change to; "" if it does."""
    from ray.tune.search.sample import Function

    from benchmarks.spaces.domains import kind

    if isinstance(domain, Function):
        return "is a sample_from; a function gives no values to change to"
    parts = getattr(domain, "categories", ())
    if kind(domain) == "conditional" or any(isinstance(part, Mapping) for part in parts):
        return "is a choice of dicts, whose parts cannot change by themselves; leave it out"
    return ""


def _paths(space: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """Yield the paths of all that dicts within dicts hold."""
    for key, value in space.items():
        yield f"{start}{key}"
        if isinstance(value, Mapping):
            yield from _paths(value, f"{start}{key}.")
