"""The report while runs go on: what their stores hold by now, and the page on a server."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from results.report.serve import View
from results.store.store import Store

LOOK_S = 2.0  # from one look at the store to the next

#: The names of what was committed, by run folder.
Batches = list[list[str]]


def committed(runs: Sequence[Path]) -> Batches:
    """Return what the stores of runs hold."""
    return [Store(run).batches() for run in runs]


def changes(runs: Sequence[Path], seen: Batches, seconds: float) -> Iterator[Batches]:
    """Yield what the stores hold whenever that has changed; they are looked at every few seconds, forever."""
    while True:
        time.sleep(seconds)
        now = committed(runs)
        if now != seen:
            yield now
            seen = now


def serve(
    runs: Sequence[Path],
    page: Callable[[str], str],
    host: str,
    port: int,
    seconds: float,
    shown: Callable[[str], None],
) -> None:
    """Serve the page of run folders until Ctrl-C.

    Args:
        runs: the folders, from which nothing but their stores is read, and to which nothing is written.
        page: makes the page of a version.
        host, port: where it is served; port 0 is a free one.
        seconds: from one look at the stores to the next.
        shown: hears of the address.

    Raises:
        ResultsError: if the address cannot be served, or a run is not readable.
    """
    seen = committed(runs)
    first = _version(seen)
    with View(page(first), first, host, port) as view:
        shown(view.url)
        try:
            for now in changes(runs, seen, seconds):
                view.show(page(_version(now)), _version(now))
        except KeyboardInterrupt:
            print("\nno longer serving")


def _version(batches: Batches) -> str:
    return hashlib.sha256(repr(batches).encode()).hexdigest()[:16]
