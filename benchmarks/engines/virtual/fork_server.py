"""The server process from which experiments are forked, with their libraries loaded."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

from benchmarks.core import scratch
from benchmarks.core.environment import THREADS, variable
from results.processes import main_module

#: The variable that tells the server process, and no other, what to load.
NAMES = "TUNEGRID_PRELOAD"
READY = "ready"
PATIENCE_S = 60.0  # a library is loaded in seconds, on a busy machine in tens of them
LOOK_S = 0.02
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
MODULE = "benchmarks.engines.virtual.preloaded"

PartKey = tuple[str, str]  # kind and name

_request: str | None = None  # what a server loads, also one that is started since another has died


def preload(
    searchers: Iterable[str],
    schedulers: Iterable[str],
    trainables: Iterable[str],
    patience: float,
    engine: str = "benchmarks.engines.virtual.engine",
) -> list[PartKey]:
    """Let the processes to come start with these parts' libraries and tables loaded; once per program.

    A part that takes longer than ``patience`` seconds to load, or ends the process that loads it, is left to
    its own experiments.  Return these.  ``engine`` is the module of the engine that is loaded with them.
    """
    return begin_preload(searchers, schedulers, trainables, patience, engine)()


def begin_preload(
    searchers: Iterable[str],
    schedulers: Iterable[str],
    trainables: Iterable[str],
    patience: float,
    engine: str,
) -> Callable[[], list[PartKey]]:
    """Begin what ``preload`` does; return the function that waits for it: meanwhile a cluster can start."""
    if _is_running():
        return list
    os.environ.update(THREADS)
    kinds = (("trainable", trainables), ("searcher", searchers), ("scheduler", schedulers))
    parts = [(kind, name) for kind, names in kinds for name in sorted(set(names))]
    patience = min(patience, PATIENCE_S)
    multiprocessing.get_context("forkserver").set_forkserver_preload([MODULE])
    diary = _start_with(parts, patience, engine)

    def wait() -> list[PartKey]:
        nonlocal diary, parts
        left: list[PartKey] = []
        while (stuck_at := _wait_until_ready(diary, patience)) is not None and parts:
            culprits = [
                part for part in parts if " ".join(part) == stuck_at
            ] or parts  # our own libraries: all of them
            left += culprits
            parts = [part for part in parts if part not in culprits]
            diary = _start_with(parts, patience, engine)
        return left

    return wait


def _start_with(parts: Sequence[PartKey], patience: float, engine: str) -> Path:
    """Start the server that loads these parts, and return the file in which it notes what it loads."""
    global _request
    number, name = tempfile.mkstemp(prefix="preload-", dir=scratch.of_process())
    os.close(number)
    request = {"parts": parts, "diary": name, "patience": patience / 2, "parent": os.getpid()}
    _request = json.dumps(request | {"main": main_module(), "engine": engine})
    ensure_server()
    return Path(name)


def stop_server() -> None:
    """End the server, if it is running, so that the next one has the parts and files of its own run."""
    global _request
    # multiprocessing has no other way, and its stubs do not name it.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    _request = None


def ensure_server() -> None:
    """Start the server if it is not running; Ctrl-C does not reach it and its children.

    What it is told to load stands in the environment only meanwhile: another program that is started here
    must not take it for its own.
    """
    folder = str(scratch.of_process())
    with variable("TMPDIR", folder):  # not that of a cluster, with which it would end
        resource_tracker.ensure_running()  # it would unblock the signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        told = variable(NAMES, _request) if _request else nullcontext()
        with variable("TMPDIR", folder), _temporary(folder), told:
            forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _temporary(folder: str) -> Iterator[None]:
    """Let this process make temporary files in a folder for a while."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def _is_running() -> bool:
    """Return whether this process has a server already."""
    server: int | None = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    return server is not None and not _has_ended(server)


def _wait_until_ready(diary: Path, patience: float) -> str | None:
    """Wait until a server is ready and return None; else end it, and return at what it hung or has ended."""
    entries, since = [""], time.monotonic()
    while entries[-1] != READY:
        lines = diary.read_text(encoding="utf-8").splitlines()
        if lines and lines != entries:
            entries, since = lines, time.monotonic()
        ended = entries[0] != "" and _has_ended(int(entries[0]))
        if ended and diary.read_text(encoding="utf-8").splitlines() == entries and entries[-1] != READY:
            return entries[-1]
        if time.monotonic() - since > patience:
            if entries[0]:
                os.kill(int(entries[0]), signal.SIGKILL)
                while not _has_ended(int(entries[0])):
                    time.sleep(LOOK_S)
            return entries[-1]
        time.sleep(LOOK_S)
    return None


def _has_ended(child: int) -> bool:
    """Return whether a child process has ended, without reaping it."""
    if not hasattr(os, "waitid"):  # macOS, before Python 3.13
        command = ["ps", "-o", "stat=", "-p", str(child)]
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return not state or state.startswith("Z")
    with suppress(ChildProcessError):
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return True


def die_with_parent(parent: int) -> None:
    """Let the system end this process when its parent ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
