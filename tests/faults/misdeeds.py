"""Misdeeds of a part: to the process that it is in, and in what it returns."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

#: A folder in which each fault that has struck leaves a file of its name.
STRUCK = "TUNEGRID_FAULTS_STRUCK"
FOREVER_S = 3600.0
ROOM = 256 * 2**20  # bytes that a process may still take before it is full
PLANTED = "planted fault"


class Unpicklable(Exception):
    """An error that no other process can be sent."""

    def __init__(self) -> None:
        super().__init__(PLANTED)
        self.lock = threading.Lock()


class Unprintable(Exception):
    """An error that cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError(PLANTED)


def raises() -> NoReturn:
    raise ValueError(PLANTED)


def raises_unpicklable() -> NoReturn:
    raise Unpicklable


def raises_unprintable() -> NoReturn:
    raise Unprintable


def interrupts() -> NoReturn:
    raise KeyboardInterrupt


def exits() -> NoReturn:
    sys.exit(PLANTED)


def dies() -> NoReturn:
    os._exit(3)


def aborts() -> NoReturn:
    os.abort()


def hangs() -> None:
    time.sleep(FOREVER_S)


def hangs_deaf() -> None:
    """Hang, and hear no request to end."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    hangs()


def fills_memory() -> None:
    """Take memory up to a limit of this process, as in a container; what is taken is given back."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, before[1]))
    taken = []
    try:
        while True:
            taken.append(bytearray(ROOM // 16))
    finally:
        taken.clear()
        resource.setrlimit(resource.RLIMIT_AS, before)


def leaves_a_thread() -> NoReturn:
    """Raise, and leave a thread behind that keeps the process from ending."""
    threading.Thread(target=hangs, daemon=False).start()
    raises()


def leaves_a_child() -> NoReturn:
    """Raise, and leave a process behind."""
    subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({FOREVER_S})"])
    raises()


#: Faults of a process, by name: what is called in place of the right thing.
ACTS: dict[str, Callable[[], Any]] = {
    "raise": raises,
    "unpicklable": raises_unpicklable,
    "unprintable": raises_unprintable,
    "interrupt": interrupts,
    "exit": exits,
    "die": dies,
    "abort": aborts,
    "hang": hangs,
    "deaf": hangs_deaf,
    "memory": fills_memory,
    "thread": leaves_a_thread,
    "child": leaves_a_child,
}
#: The first kinds of them, for places where the others would do the same.
FEW = ("raise", "exit", "die", "hang", "memory")
HANGING = ("hang", "deaf")
ENDING = ("die", "abort")


def strike(name: str, how: str) -> None:
    """Commit a fault of a process, and leave a trace that it has struck."""
    trace(name)
    ACTS[how]()


def trace(name: str) -> None:
    """Leave a file of this name where the harness looks for it."""
    if folder := os.environ.get(STRUCK):
        Path(folder, name).touch()
