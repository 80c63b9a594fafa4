"""Beats: how often a running experiment gives a sign of life."""

from __future__ import annotations

BEAT_S = 0.5
BEATS_A_SECOND = 200  # that a driver hears in all, of however many runners


def seconds_between_beats(runners: int) -> float:
    """Return the interval of an experiment's beats, seconds, in a run with this number of runners."""
    return max(BEAT_S, runners / BEATS_A_SECOND)
