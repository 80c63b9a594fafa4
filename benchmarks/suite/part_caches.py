"""Caches of facts of registered parts, which are cleared when parts are set aside or come back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_clearers: list[Callable[[], None]] = []


def cached_of_parts(function: F) -> F:
    """Cache what a function says of registered parts, until ``clear_caches`` is called."""
    cached = cache(function)
    _clearers.append(cached.cache_clear)
    return cast("F", cached)


def clear_caches() -> None:
    """Forget what is cached of parts."""
    for clear in _clearers:
        clear()
