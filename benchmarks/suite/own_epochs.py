"""A task's own number of epochs: what a grid with ``epochs`` 0 gives each of its tasks."""

from __future__ import annotations

from benchmarks.suite.trainable_spec import TrainableSpec

OPEN_ENDED = 27  # epochs of a task that has no end


def own_epochs(spec: TrainableSpec) -> int:
    """Return all epochs of a task's table, or its most epochs; 27 if there is no end."""
    card = getattr(spec.curves, "card", None)
    if card:
        return int(card["epochs"])
    return OPEN_ENDED if spec.most_epochs is None else min(spec.most_epochs, OPEN_ENDED)
