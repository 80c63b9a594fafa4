"""Finished experiments on their way to the store, a few seconds' worth in each file."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.engines.common.outcome import Outcome
from results.store.store import Store

FLUSH_S = 2.0  # finished experiments wait at most this long for their file


class Unwritten:
    """The outcomes that are not stored yet, in the order in which they came."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outcomes: list[Outcome] = []
        self._flushed = time.monotonic()

    def add(self, outcome: Outcome) -> None:
        """Add an outcome that can be stored."""
        self._outcomes.append(outcome)

    def flush_in_time(self) -> None:
        """Write all unless something was written within the last ``FLUSH_S`` seconds."""
        if time.monotonic() - self._flushed > FLUSH_S:
            self.flush()

    def flush(self) -> None:
        """Write all; what cannot be written now, the disk being full, stays for another try.

        Raises:
            OSError: if the disk does not take it; it names the path.
        """
        while outcomes := self._outcomes:
            try:
                self._commit(outcomes)
            except ValueError:
                if len(outcomes) == 1:
                    raise
                self._commit(outcomes[:1])  # by itself each fits
        self._flushed = time.monotonic()

    def _commit(self, outcomes: Sequence[Outcome]) -> None:
        """Write the first of the outcomes and take them off the list."""
        self._store.write(
            [outcome.row for outcome in outcomes],
            [row for outcome in outcomes for row in outcome.trials],
            [row for outcome in outcomes for row in outcome.results],
        )
        self._outcomes = self._outcomes[len(outcomes) :]
