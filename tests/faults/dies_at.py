"""A plug-in that kills the command with SIGKILL at a given step of its writing.

The steps are the calls of ``os.mkdir``, ``os.open``, ``os.fsync``, ``os.replace``, ``os.rename`` and
``os.unlink`` in the command's own process, a child of the one whose number is ``TUNEGRID_DIES_PARENT``; it
dies before step ``TUNEGRID_DIES_AT``, counted from 0.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

STEPS = ("mkdir", "open", "fsync", "replace", "rename", "unlink")


def counted(call: Callable[..., Any], numbers: itertools.count[int], last: int) -> Callable[..., Any]:
    """Return ``call``, before whose step ``last`` the process dies."""

    def step(*args: Any, **kwargs: Any) -> Any:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    return step


if os.environ.get("TUNEGRID_DIES_PARENT") == str(os.getppid()):
    numbers = itertools.count()
    for name in STEPS:
        setattr(os, name, counted(getattr(os, name), numbers, int(os.environ["TUNEGRID_DIES_AT"])))
