"""Guarded calls of a plug-in in the driver's own process: it may raise anything, or take too long."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from benchmarks.core.reasons import headline

T = TypeVar("T")

PATIENCE_S = 20.0  # of calls that take milliseconds


class _TimedOut(BaseException):
    """Raised within a call that takes too long; not an Exception, which the call itself might handle."""


class PluginError(Exception):
    """A plug-in's code has raised, or takes too long; says which."""


def guarded(call: Callable[[], T], what: str, patience: float = PATIENCE_S) -> T:
    """Return the result of a plug-in's code.

    Args:
        call: the code.
        what: its name in the error, such as ``space() of mine``.
        patience: its time limit, seconds.

    Raises:
        PluginError: if it raises anything, tries to end the program, or takes too long.
    """
    try:
        with _limited(patience):
            return call()
    except _TimedOut:
        raise PluginError(f"{what} is not done after {patience:g} s") from None
    except (Exception, SystemExit) as error:
        raise PluginError(f"{what} raised {headline(error)}") from error


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise ``_TimedOut`` in the main thread after ``seconds``; other threads have no limit."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise _TimedOut

    began, before = time.monotonic(), signal.signal(signal.SIGALRM, late)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds)  # guarded calls may nest
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer:
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), 0.001))
