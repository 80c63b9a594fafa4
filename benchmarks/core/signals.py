"""Ends in order: the first Ctrl-C, SIGTERM or SIGHUP is an exception, what follows is ignored."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from results.console import Interrupted

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _State:
    """What has come, and how many are at something that must not be cut in two."""

    def __init__(self) -> None:
        self.came: int | None = None
        self.raised = False
        self.holds = 0

    def note(self, number: int, frame: FrameType | None) -> None:
        if self.came is None:  # while it cleans up, nothing can disturb it
            self.came = number
            self.tell()

    def tell(self) -> None:
        """Raise what has come, once, unless somebody is busy."""
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
        yield  # signals are not its affair
        return
    global _state  # a process has its signals once
    _state = _State()
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _state.note) for number in heard}
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
    """Keep a signal until this is done: what is started is known by then, what is removed is gone."""
    state = _state
    state.holds += 1
    try:
        yield
    finally:
        state.holds -= 1
    if threading.current_thread() is threading.main_thread():
        state.tell()
