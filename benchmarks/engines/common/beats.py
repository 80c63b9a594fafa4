"""Beats: how often a running experiment gives a sign of life."""

from __future__ import annotations

BEAT_S = 0.5
BEATS_A_SECOND = 200  # that a driver hears in all, of however many runners


def seconds_between_beats(runners: int) -> float:
    """Return the seconds between two beats of an experiment, beside others on so many runners."""
    return max(BEAT_S, runners / BEATS_A_SECOND)
