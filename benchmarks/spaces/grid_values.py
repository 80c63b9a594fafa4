"""Values of ``grid_search`` in a search space: their paths, and their replacement by choices."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

GRID = "grid_search"  # Tune's mark of a grid, the one key of its dict


def grids(space: Any, path: str = "") -> list[str]:
    """Return the paths of every ``grid_search`` in a space, however deep."""
    if isinstance(space, Mapping) and GRID in space:
        return [path]
    parts = getattr(space, "categories", space)
    named = parts.items() if isinstance(parts, Mapping) else enumerate(parts if is_list(parts) else ())
    return [found for key, part in named for found in grids(part, joined(path, key))]


def as_choices(space: Any) -> Any:
    """Return a space with every ``grid_search`` as a choice of the same values."""
    from ray import tune

    if isinstance(space, Mapping) and GRID in space:
        return tune.choice([as_choices(value) for value in space[GRID]])
    if isinstance(space, Mapping):
        return {key: as_choices(value) for key, value in space.items()}
    if isinstance(space, list):
        return [as_choices(value) for value in space]
    if hasattr(space, "categories"):
        return with_categories(space, [as_choices(value) for value in space.categories])
    return space


def with_categories(domain: Any, items: list[Any]) -> Any:
    """Return a choice like this one of other categories."""
    made = copy.copy(domain)
    made.categories = items
    return made


def joined(path: str, key: Any) -> str:
    """Return the path of a part of what lies at a path."""
    return f"{path}.{key}" if path else str(key)


def is_list(value: Any) -> bool:
    """Return whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)
