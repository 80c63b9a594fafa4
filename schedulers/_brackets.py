"""Brackets of asynchronous successive halving side by side, as one set of rungs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schedulers._rungs import AsynchronousRungs, RungDecision, Rungs, milestones


class AsynchronousBrackets(Rungs):
    """Several brackets, each with its own rungs; a trial belongs to one of them from its start.

    New trials are shared out in the ratio of ``sizes``, one after another: the next one goes to the bracket
    that is furthest behind its share, of equals to the first.  So after any number of trials each bracket has
    its share, give or take one or two.

    Args:
        brackets: the milestones of each; a bracket without any trains its trials to the end.
        sizes: the trials of each bracket, relative to each other.
        factor: one trial in so many is promoted.
    """

    def __init__(self, brackets: Sequence[Sequence[int]], sizes: Sequence[int], factor: int) -> None:
        super().__init__(())
        self._brackets = [AsynchronousRungs(milestones, factor) for milestones in brackets]
        self._sizes = tuple(sizes)
        self._given = [0] * len(self._brackets)
        self._bracket_of: dict[str, int] = {}

    def bracket(self, trial: str) -> int:
        """Return the number of the bracket that a trial belongs to."""
        return self._bracket_of[trial]

    def enter(self, trial: str) -> None:
        if trial not in self._bracket_of:
            self._bracket_of[trial] = bracket = self._furthest_behind()
            self._given[bracket] += 1
        self._brackets[self._bracket_of[trial]].enter(trial)

    def report(self, trial: str, epoch: int, value: float) -> bool:
        return self._brackets[self._bracket_of[trial]].report(trial, epoch, value)

    def leave(self, trial: str) -> None:
        self._brackets[self._bracket_of[trial]].leave(trial)

    def judge(self, more: bool) -> RungDecision:
        """Judge each bracket by itself; one is over when none of its own trials can change its rungs."""
        decision = RungDecision()
        for bracket in self._brackets:
            of_bracket = bracket.judge(more)
            decision.promoted += of_bracket.promoted
            decision.dropped += of_bracket.dropped
        return decision

    def _furthest_behind(self) -> int:
        """Return the bracket that, with one trial more, has the least of its share."""
        filled = [(given + 1) / size for given, size in zip(self._given, self._sizes, strict=True)]
        return filled.index(min(filled))


def hyperband_brackets(
    epochs: int, factor: int, first: int = 1, most: int | None = None
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return the milestones and the sizes of HyperBand's brackets, the one that halves most often first.

    The sizes are those of Algorithm 1 in arXiv 1603.06560: ceil((s_max + 1) / (s + 1) * factor^s) trials
    for the bracket with s rungs; the last one has none.

    Args:
        epochs: where a trial ends.
        factor: one trial in so many is promoted.
        first: epoch of the first bracket's first rung.
        most: number of brackets, if all are not wanted.
    """
    rungs = milestones(epochs, factor, first)
    brackets = [rungs[skipped:] for skipped in range(len(rungs) + 1)][:most]
    sizes = [math.ceil((len(rungs) + 1) / (len(one) + 1) * factor ** len(one)) for one in brackets]
    return brackets, sizes
