"""A full disk under a curve store."""

from __future__ import annotations

import errno

_FULL = {errno.ENOSPC, errno.EDQUOT}


class StoreFull(OSError):
    """A curve store cannot be written, as its disk is full; what was added is in it and can be read.

    The message says which folder, how large it is, and what to do.
    """


def is_full(error: OSError) -> bool:
    """Tell whether a call failed because the disk, or the user's quota of it, is used up."""
    return error.errno in _FULL and not isinstance(error, StoreFull)


def size(number_of_bytes: float) -> str:
    """Return a number of bytes for people, such as ``1.5 GiB``."""
    for unit in ("bytes", "KiB", "MiB"):
        if number_of_bytes < 1024:
            return f"{number_of_bytes:.0f} {unit}" if unit == "bytes" else f"{number_of_bytes:.1f} {unit}"
        number_of_bytes /= 1024
    return f"{number_of_bytes:.1f} GiB"
