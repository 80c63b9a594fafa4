"""The live view of runs: the report on a server, made anew whenever experiments were stored."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from results.report.serve import View
from results.store.store import Store

LOOK_S = 2.0  # from one look at the store to the next


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
    seen = version(runs)
    with View(page(seen), seen, host, port) as view:
        shown(view.url)
        try:
            while True:
                time.sleep(seconds)
                now = version(runs)
                if now != seen:
                    view.show(page(now), now)
                    seen = now
        except KeyboardInterrupt:
            print("\nno longer serving")


def version(runs: Sequence[Path]) -> str:
    """Return what changes whenever experiments are stored."""
    stored = repr([Store(run).batches() for run in runs])
    return hashlib.sha256(stored.encode()).hexdigest()[:16]
