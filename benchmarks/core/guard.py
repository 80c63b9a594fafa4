"""What a plug-in does in the driver's own process: it may raise anything, or take too long."""

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

PATIENCE_S = 20.0  # what is asked here is answered within milliseconds


class _TooLong(BaseException):
    """Raised within a call that takes too long; no Exception, which the call itself might handle."""


class Broken(Exception):
    """Another's code has raised, or takes too long; says what it did."""


def guarded(call: Callable[[], T], what: str, patience: float = PATIENCE_S) -> T:
    """Return what another's code answers.

    Args:
        call: the code.
        what: its name for the one who reads of it, such as ``space() of mine``.
        patience: seconds that it may take.

    Raises:
        Broken: if it raises anything, tries to end the program, or takes too long.
    """
    try:
        with _limited(patience):
            return call()
    except _TooLong:
        raise Broken(f"{what} is not done after {patience:g} s") from None
    except (Exception, SystemExit) as error:
        raise Broken(f"{what} raised {headline(error)}") from error


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise ``_TooLong`` in the main thread after so many seconds; elsewhere there is no limit."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    began, before = time.monotonic(), signal.signal(signal.SIGALRM, late)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds)  # what is guarded may guard something in turn
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer:
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), 0.001))
