"""Rungs of PASHA: the highest one is opened only while the order on the two top rungs is unstable.

Larger values are better, as in ``schedulers._rungs``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from schedulers._rungs import AsynchronousRungs, Entry, RungDecision


def order_is_stable(top: Sequence[str], below: Sequence[tuple[str, float]], epsilon: float) -> bool:
    """Return whether each trial of the top rung is where it was on the rung below, by soft ranking.

    In it those are equivalent to the trial at a place of the lower rung whose values there differ from its
    own by at most epsilon; the trial at this place of the top rung must be one of them.

    Args:
        top: the trials on the top rung, best first.
        below: the same trials on the rung below with their values, best first.
        epsilon: the difference that counts as none.
    """
    values = dict(below)
    return all(
        values[trial] == value or abs(values[trial] - value) <= epsilon
        for trial, (_, value) in zip(top, below, strict=True)
    )


class RankingNoise:
    """Estimate of epsilon from the curves that cross and cross back.

    Of two trials whose order changed and changed back, the distance at the last epoch that both have is
    noise.  Epsilon is a percentile of these distances.

    Args:
        percentile: from 0 to 100.
    """

    def __init__(self, percentile: float) -> None:
        self._percentile = percentile
        self._curves: dict[str, list[float]] = {}
        self._epsilon = 0.0

    def add(self, trial: str, epoch: int, value: float) -> None:
        """Take a result; a trial that is trained anew has its later ones replaced."""
        curve = self._curves.setdefault(trial, [])
        del curve[epoch - 1 :]
        curve += [math.nan] * (epoch - 1 - len(curve)) + [value]

    def epsilon(self, bottom: int, top: int) -> float:
        """Return epsilon from the trials whose last common epoch is above ``bottom``, up to ``top``.

        It stays as it was where no two of these cross back.
        """
        longest = sorted((c[:top] for c in self._curves.values() if len(c) > bottom), key=len, reverse=True)
        distances: list[float] = []
        for position, curve in enumerate(longest):  # against all that are at least as long
            if position:
                others = np.array([other[: len(curve)] for other in longest[:position]])
                with np.errstate(invalid="ignore"):  # infinity minus infinity: no distance
                    distances += _distances(others - np.array(curve))
        if distances:
            self._epsilon = float(np.percentile(distances, self._percentile))
        return self._epsilon


def _distances(differences: np.ndarray) -> list[float]:
    """Return the last differences of those pairs that cross back; one row a pair, shape (pairs, epochs)."""
    last = differences[:, -1]
    opposite = differences * last[:, None] < 0
    same_before_opposite = np.cumsum(opposite[:, ::-1], axis=1)[:, ::-1] > 0
    back = ((differences * last[:, None] > 0) & same_before_opposite).any(axis=1)
    return [float(one) for one in np.abs(last[back]) if math.isfinite(one)]


class GrowingRungs(AsynchronousRungs):
    """ASHA with promotion whose top rung is opened as long as it is needed (Algorithm 1 of arXiv 2207.06940).

    At first only the two lowest rungs are open, and trials rest on the second.  When one arrives on the top
    rung and the order there is not that on the rung below, the next rung is opened, at last the end of
    training.  At the end of the search the best trial of the highest rung trains to its last epoch, as the
    paper trains the configuration that it has found.

    Args:
        milestones: the epochs of all rungs.
        factor: one trial in so many is promoted.
        percentile: of the noise that counts as no difference.
    """

    def __init__(self, milestones: Sequence[int], factor: int, percentile: float) -> None:
        super().__init__(milestones, factor)
        self._top = min(1, len(self._milestones))  # the highest rung that is open; after the last, the end
        self._closed: list[Entry] = []  # those who rest on it, and cannot be promoted
        self._noise = RankingNoise(percentile)
        self._to_the_end = False  # a trial has begun to train to its last epoch

    @property
    def top(self) -> int:
        """The number of the highest open rung, from 0; the number of rungs if trials may train to the end."""
        return self._top

    def report(self, trial: str, epoch: int, value: float) -> bool:
        self._noise.add(trial, epoch, -math.inf if math.isnan(value) else value)
        return super().report(trial, epoch, value)

    def _arrived(self, rung: int, entry: Entry) -> None:
        if rung < self._top:
            super()._arrived(rung, entry)
            return
        self._closed.append(entry)
        if not self._stable():
            self._open()

    def _stable(self) -> bool:
        """Return whether the order on the top rung is that on the rung below."""
        top, below = self._entries[self._top], self._entries[self._top - 1]
        there = {trial for *_, trial in top}
        known = [(trial, -math.inf if nan else -worst) for nan, worst, _, trial in below if trial in there]
        epsilon = self._noise.epsilon(self._milestones[self._top - 1], self._milestones[self._top])
        return order_is_stable([trial for *_, trial in top], known, epsilon)

    def _open(self) -> None:
        """Open the rung above the top one; those on this one can be promoted from now on."""
        for entry in self._closed:
            super()._arrived(self._top, entry)
        self._closed.clear()
        self._top += 1

    def judge(self, more: bool) -> RungDecision:
        decision = super().judge(more=True)
        if more or self._climbing:
            return decision
        decision.promoted += self._best_to_the_end()
        decision.dropped = list(self._resting)
        self._drop(decision.dropped)
        return decision

    def _promote(self, trial: str) -> None:
        super()._promote(trial)
        self._to_the_end |= self._climbing[trial] == len(self._milestones)

    def _best_to_the_end(self) -> list[str]:
        """Let the best trial of the highest rung climb to the end, unless one has; return it in a list."""
        for rung in () if self._to_the_end else reversed(range(len(self._milestones))):
            for *_, trial in self._entries[rung]:
                if self._resting.get(trial) == rung:
                    del self._resting[trial]
                    self._climbing[trial], self._to_the_end = len(self._milestones), True
                    return [trial]
        return []
