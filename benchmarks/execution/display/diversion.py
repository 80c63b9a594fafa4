"""The diversion of standard streams: what this process and its children print is handed over line by line."""

from __future__ import annotations

import io
import os
import re
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from results.console import UnfailingStream

SIZE = 65536  # bytes that are read at a time


class Diversion:
    """Keeps others from writing on the terminal whose last rows are drawn again and again.

    The standard streams that lead to a terminal lead into a pipe instead, also in processes that are started
    while it is open; a thread hands each line over.

    Args:
        say: takes a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._kept = {number: os.dup(number) for number in (1, 2) if _leads_to_terminal(number)}
        self._read, write = os.pipe()
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._read, False)
        _flush()
        for number in self._kept:
            os.dup2(write, number)
        os.close(write)
        self._rest = b""
        self._thread = threading.Thread(target=self._hand_over, name="diversion", daemon=True)
        self._thread.start()

    def terminal(self, stream: TextIO) -> TextIO:
        """Return a stream of its own to where ``stream`` led before."""
        raw = UnfailingStream(os.dup(self._kept.get(stream.fileno(), stream.fileno())), "w")
        return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors="backslashreplace")

    def close(self) -> None:
        """Hand over what was printed so far, and let the streams lead to where they led before."""
        _flush()
        for number, before in self._kept.items():
            os.dup2(before, number)
        os.close(self._waker)
        self._thread.join()  # processes that go on may hold the pipe, so that its end is not waited for
        for descriptor in (self._read, self._wake, *self._kept.values()):
            os.close(descriptor)

    def _hand_over(self) -> None:
        while self._wake not in select.select([self._read, self._wake], [], [])[0]:
            if not self._take():
                select.select([self._wake], [], [])  # no writer is left
        while self._take():
            pass
        if self._rest:
            self._say(_line(self._rest))

    def _take(self) -> bool:
        """Hand over the lines that are there; return whether there was anything."""
        with suppress(BlockingIOError):
            content = os.read(self._read, SIZE)
            *lines, self._rest = (self._rest + content).split(b"\n")
            for line in lines:
                self._say(_line(line))
            return bool(content)
        return False


def _line(content: bytes) -> str:
    """Return a line as a terminal would show it in the end, without control characters."""
    text = content.decode(errors="backslashreplace").rstrip("\r").rpartition("\r")[2]
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]", "", text)


def _leads_to_terminal(number: int) -> bool:
    try:
        return os.isatty(number)
    except OSError:
        return False


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
