"""Hook of searchers that set the epochs of their trials: ``epochs_of(trial_id)``.

A multi-fidelity searcher that proposes a configuration together with its budget has nowhere to put the budget
in Ray.  A scheduler that provides for it asks the searcher, which returns None for a trial without one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def epochs_hook(search: Any) -> Callable[[str], int | None] | None:
    """Return the method of a search algorithm, or of the searcher that it wraps; None if there is none."""
    while search is not None:
        hook = getattr(search, "epochs_of", None)
        if callable(hook):
            epochs_of: Callable[[str], int | None] = hook
            return epochs_of
        search = getattr(search, "searcher", None)
    return None
