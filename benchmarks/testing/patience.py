"""Time limits of tests: an endless loop is a failure with a traceback."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class NoEnd(BaseException):
    """The code took too long; a BaseException, which libraries that catch ``Exception`` let pass."""


@contextmanager
def cpu_seconds(limit: float) -> Iterator[None]:
    """Raise NoEnd in the block after this many CPU seconds of this process; a busy machine adds none.

    Without effect on Windows, and for what waits asleep.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def end(*_: Any) -> None:
        raise NoEnd(f"no end after {limit:g} CPU seconds")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
