"""Python's wall clock jumps: an hour ahead, back and further back, a second or two apart.

A folder with this file on ``PYTHONPATH`` changes ``time.time`` and ``time.time_ns`` in every Python process,
as a person or a time server that sets the clock does; ``time.monotonic`` goes on, as then.
"""

import time

JUMPS_S = (0.0, 3600.0, -7200.0, 86400.0, -1.0, -86400.0)
EVERY_S = 1.3

true_time = time.time


def jumping() -> float:
    """Return the time of a clock that has just been set, perhaps."""
    return true_time() + JUMPS_S[int(time.monotonic() / EVERY_S) % len(JUMPS_S)]


time.time = jumping
time.time_ns = lambda: int(jumping() * 1e9)
