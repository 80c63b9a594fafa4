"""Names of the tasks that ship: those of the package's own modules that are not hidden."""

from __future__ import annotations

from benchmarks.suite.registry import TRAINABLES

OWN = "benchmarks.trainables."


def shipped_tasks() -> list[str]:
    """Return the names of all shipped tasks, sorted; of those too whose package is not installed."""
    return sorted(spec.name for spec in TRAINABLES.values() if is_shipped(spec.name))


def is_shipped(name: str) -> bool:
    """Return whether a registered task is one of the package's own, and listed."""
    spec = TRAINABLES[name]
    return not spec.hidden and spec.origin.startswith(OWN)
