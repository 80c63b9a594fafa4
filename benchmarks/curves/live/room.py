"""Room on the disk of a curve store: what is dropped when it is full, and what is said then."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.curves.live.checkpoints import Checkpoints
from benchmarks.curves.live.fullness import StoreFull, is_full, size
from benchmarks.curves.live.reading import bytes_of_curves

_Result = TypeVar("_Result")


class Room:
    """Room for what a store writes, which drops checkpoints where the disk is full.

    Args:
        folder: of the store.

    Attributes:
        checkpoints: those that may be dropped; None before the store has read them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.checkpoints: Checkpoints | None = None

    def write(self, act: Callable[[], _Result]) -> _Result:
        """Call what writes; if the disk is full, drop checkpoints once and call it again.

        Raises:
            StoreFull: if the disk is full then, too.
        """
        try:
            return act()
        except OSError as error:
            if not is_full(error):
                raise
        try:
            if self.checkpoints is not None:
                self.checkpoints.make_room()
            return act()
        except OSError as error:
            if is_full(error):
                raise StoreFull(self._too_full(error)) from error
            raise

    def make(self) -> None:
        """Drop checkpoints that can be made again.

        Raises:
            StoreFull: if there are none.
        """
        before = self._bytes
        if self.checkpoints is not None:
            self.checkpoints.make_room()
        if self._bytes == before:
            raise StoreFull(self._too_full(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))

    @property
    def _bytes(self) -> int:
        return 0 if self.checkpoints is None else self.checkpoints.bytes

    def _too_full(self, error: OSError) -> str:
        curves = bytes_of_curves(self._folder)
        return (
            f"the disk of the curves in {self._folder} is full ({error.strerror}): they take {size(curves)} "
            f"there, their checkpoints {size(self._bytes)}; nothing that was added is lost; give "
            "--keep-checkpoints a smaller size, or --curves a folder on another disk"
        )
