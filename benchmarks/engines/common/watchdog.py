"""The watchdog: the limits at which an experiment is given up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Watchdog:
    """Fires when an experiment exceeds its total time, or the time without a new result.

    Args:
        started: the clock when the experiment was started, seconds.
        timeout: the most seconds in all.
        stall: the most seconds without a new result; the first may take as long.
    """

    started: float
    timeout: float
    stall: float

    def __post_init__(self) -> None:
        self._results = 0
        self._progress = self._last = self.started
        self._waiting = "it has not begun"

    def beat(self, results: int, waiting: str, now: float, held: bool = False) -> None:
        """Note a sign of life; only more results count as progress.

        Args:
            held: the experiment waits for others; the time since the last sign does not count.
        """
        self._waiting = waiting
        if held:
            self.started += now - self._last
            self._progress += now - self._last
        self._last = now
        if results > self._results:
            self._results, self._progress = results, now

    def verdict(self, now: float) -> tuple[str, str] | None:
        """Return (status, reason) if the experiment must end now, else None."""
        if now - self.started > self.timeout:
            return "timeout", f"not finished after {self.timeout:g} s: {self._waiting}"
        if now - self._progress > self.stall:
            return "stalled", f"no new result for {self.stall:g} s: {self._waiting}"
        return None
