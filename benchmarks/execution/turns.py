"""The order in which a run's experiments begin."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from benchmarks.suite.experiment import Experiment


def by_turns(experiments: Iterable[Experiment]) -> list[Experiment]:
    """Return experiments repetition by repetition, and in each repetition by turns of their tasks.

    So an interrupted run has whole repetitions, and soon after the start it is known how long each task
    takes.  Experiments of one task stay in their order.
    """
    repetitions: dict[int, dict[str, list[Experiment]]] = {}
    for e in experiments:
        repetitions.setdefault(e.repetition, {}).setdefault(e.trainable, []).append(e)
    return [
        e
        for _, tasks in sorted(repetitions.items())
        for turn in zip_longest(*tasks.values())
        for e in turn
        if e is not None
    ]
