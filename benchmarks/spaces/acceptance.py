"""Acceptable search spaces: the structure that a space may have, and its values as they are stored.

A configuration is stored as JSON and is what every seed is derived from, so a space holds what JSON does:
None, True and False, 64-bit integers, finite floats, text, lists and dicts of these, and Tune's domains of
them.  NumPy's scalars become Python's.  A tuple is accepted, reaches the trainable as one, and is stored as a
list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from benchmarks.core.refusal import shown
from benchmarks.core.seeding import canonical
from benchmarks.spaces.grid_values import GRID, grids, is_list, joined, with_categories
from benchmarks.spaces.numeric_domains import numeric_domain
from benchmarks.spaces.plain_values import plain_value

DEEPEST = 32  # dicts and lists within each other


def accepted(space: Any) -> dict[str, Any]:
    """Return a search space with NumPy's scalars as Python's and its dicts as plain ones.

    Raises:
        ValueError: for what no configuration may hold; names the parameter by its path.
    """
    if not isinstance(space, Mapping):
        raise ValueError(f"is {shown(space)}; expected a dict of ray.tune's domains and constants")
    if GRID in space:
        raise ValueError(f"is a {GRID} without a name; write {{'name': tune.{GRID}([...])}}")
    for key in space:
        if isinstance(key, str) and key.startswith("__"):
            raise ValueError(f"has the name {key!r}; names that begin with __ are Tune's own")
    plain: dict[str, Any] = accepted_value("", space, 0)
    return plain


def accepted_value(path: str, value: Any, depth: int, domains: bool = True) -> Any:
    """Return a part of a space with Python's values.

    Args:
        path: of the part, for errors.
        value: the part.
        depth: the number of dicts and lists around it.
        domains: whether it may hold domains; a drawn configuration may not.

    Raises:
        ValueError: for what no configuration may hold.
    """
    from ray.tune.search.sample import Domain

    if depth > DEEPEST:
        raise ValueError(f"is nested more than {DEEPEST} deep, at {shown(path)}")
    if isinstance(value, Domain) and domains:
        return _domain(path, value, depth)
    if isinstance(value, Mapping):
        if GRID in value and domains:
            return {GRID: _levels(path, value, depth)}
        return {
            _key(path, k): accepted_value(joined(path, k), v, depth + 1, domains) for k, v in value.items()
        }
    if is_list(value):
        if isinstance(value, tuple) and domains and (inner := grids(value, path) or _domains(value)):
            raise ValueError(
                f"has domains in the tuple {path} ({inner[0]}), where Tune finds none; write a list"
            )
        items = [accepted_value(joined(path, i), item, depth + 1, domains) for i, item in enumerate(value)]
        return tuple(items) if isinstance(value, tuple) else items
    return plain_value(path, value)


def _domains(value: Any) -> list[str]:
    """Return the kinds of the domains within a value."""
    from benchmarks.spaces.domains import kinds

    return sorted(kinds(value))


def _key(path: str, key: Any) -> str:
    """Return a name within a dict of the space."""
    where = f"in {path}" if path else "in it"
    if not isinstance(key, str):
        raise ValueError(
            f"has the key {shown(key)} {where}; expected names, which are text: write {str(key)!r}"
        )
    if not key or any(unicodedata.category(c).startswith("C") for c in key):
        raise ValueError(
            f"has the name {shown(key)} {where}; expected text without control characters and lone surrogates"
        )
    return str(key)


def _levels(path: str, grid: Mapping[str, Any], depth: int) -> list[Any]:
    """Return the values of a grid search."""
    values = grid[GRID]
    if len(grid) > 1 or not isinstance(values, list) or not values:
        raise ValueError(f"has a {GRID} at {path} that is not a list of values; write tune.{GRID}([...])")
    return [accepted_value(joined(path, i), item, depth + 1) for i, item in enumerate(values)]


def _domain(path: str, domain: Any, depth: int) -> Any:
    """Return a domain with Python's numbers and accepted categories."""
    from ray.tune.search.sample import Categorical, Float, Integer

    if isinstance(domain, Categorical):
        if domain.is_grid():  # Tune's other way to write one
            return {GRID: _levels(path, {GRID: list(domain.categories)}, depth)}
        return with_categories(domain, _categories(path, list(domain.categories), depth))
    return numeric_domain(path, domain) if isinstance(domain, Float | Integer) else domain


def _categories(path: str, items: list[Any], depth: int) -> list[Any]:
    """Return the categories of a choice; no two of them are stored alike."""
    if not items:
        raise ValueError(f"{path} is a choice of nothing; write its categories")
    nested = [isinstance(item, Mapping) or is_list(item) for item in items]
    categories = [
        accepted_value(joined(path, i) if inner else path, item, depth + 1)
        for i, (item, inner) in enumerate(zip(items, nested, strict=True))
    ]
    lists = {canonical(item): item for item in categories if isinstance(item, list) and not _domains(item)}
    for item in categories:
        if isinstance(item, tuple) and (twin := lists.get(canonical(item))):
            raise ValueError(
                f"{path} has the categories {item} and {twin}, which are stored alike; write one only"
            )
    return categories
