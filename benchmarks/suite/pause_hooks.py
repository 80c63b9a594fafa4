"""Hooks of searchers for paused trials: ``on_trial_pause`` and ``on_trial_resume``.

Ray tells a searcher when a trial ends, not when it is paused.  A searcher that defines these methods is told.
``rests`` and ``goes_on`` are their former names, and still called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def pause_hook(searcher: Any) -> Callable[..., None] | None:
    """Return the method that a searcher has for a trial that is paused, or None."""
    return _method(searcher, "on_trial_pause", "rests")


def resume_hook(searcher: Any) -> Callable[..., None] | None:
    """Return the method that a searcher has for a trial that is resumed, or None."""
    return _method(searcher, "on_trial_resume", "goes_on")


def _method(searcher: Any, *names: str) -> Callable[..., None] | None:
    methods = (getattr(searcher, name, None) for name in names)
    return next((method for method in methods if callable(method)), None)
