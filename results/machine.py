"""The machine: its CPUs, its memory, and that of a process."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path


def available_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory_mb() -> float:
    """Return the most memory that this process has had, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS, else KiB
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def processor_ticks() -> tuple[float, float]:
    """Return the ticks that all processors of the machine have been busy, and all ticks, since it started.

    Both are NaN where the system does not tell.
    """
    try:
        with Path("/proc/stat").open(encoding="ascii") as file:
            ticks = [float(word) for word in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return float("nan"), float("nan")
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def available_memory() -> float:
    """Return the share of the machine's memory that is available, 0 to 1; 1 if the system does not tell."""
    sizes: dict[str, float] = {}
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            sizes[name] = float(rest.split()[0])
        return sizes["MemAvailable"] / sizes["MemTotal"]
    except (OSError, KeyError, ValueError, IndexError):
        return 1.0


def queued_seconds(thread: int | None = None) -> float:
    """Return the seconds that a thread of this process has waited for a processor that others had.

    0 where the system does not tell, or the thread has not begun.

    Args:
        thread: its number in the system; None for the calling thread.
    """
    place = f"/proc/self/task/{thread}/schedstat" if thread is not None else "/proc/thread-self/schedstat"
    try:
        with Path(place).open(encoding="ascii") as file:
            return float(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
