"""Orderly ends: the first Ctrl-C, SIGTERM or SIGHUP raises an exception, later ones are ignored."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from results.console import Interrupted

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _State:
    """The signal that has come, and the number of blocks that must not be interrupted."""

    def __init__(self) -> None:
        self.came: int | None = None
        self.raised = False
        self.holds = 0

    def note(self, number: int, frame: FrameType | None) -> None:
        if self.came is None:  # while it cleans up, nothing can disturb it
            self.came = number
            self.tell()

    def tell(self) -> None:
        """Raise the signal that has come, once, unless a block holds it."""
        if self.came is not None and not self.raised and not self.holds:
            self.raised = True
            raise Interrupted(self.came)


_state = _State()


@contextmanager
def orderly() -> Iterator[None]:
    """Raise ``Interrupted`` for the first signal that asks for the end; later ones are ignored to the last.

    A signal that was ignored at the start, as SIGHUP under nohup, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    global _state  # one for each process
    _state = _State()
    handled = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _state.note) for number in handled}
    try:
        yield
    except KeyboardInterrupt:
        if _state.came is not None:  # a library may have raised one of its own in place of ours
            raise Interrupted(_state.came) from None
        raise
    finally:
        if _state.came is None:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """Hold a signal until the block is done, so that a start or a removal is never cut in two."""
    state = _state
    state.holds += 1
    try:
        yield
    finally:
        state.holds -= 1
    if threading.current_thread() is threading.main_thread():
        state.tell()
