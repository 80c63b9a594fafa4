"""The display in a notebook: one output of the cell, which is updated."""

from __future__ import annotations

import sys
import time
from collections import deque
from importlib import import_module
from typing import Any, TextIO

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.bar import Role, status_lines
from benchmarks.execution.display.base import Ending, Standing
from benchmarks.execution.display.plain import PlainDisplay, numbered
from benchmarks.execution.display.words import told

WIDTH = 100  # characters of a cell's output
EVERY_S = 0.5  # from one update to the next
MOST_FAILURES, MOST_RESULTS = 10, 3  # lines


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


class NotebookDisplay(PlainDisplay):
    """Shows the status, the last results, and the first failures in one output; the other lines are printed.

    Args:
        stream: for the lines that stay.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._results: deque[str] = deque(maxlen=MOST_RESULTS)
        self._failures: list[str] = []
        self._standing = Standing(0, 0)
        self._handle: Any = None
        self._shown = 0.0

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        self._standing = standing
        if ran:
            one = told(outcome)
            line = f"{numbered(standing)} {one.title}  "
            if one.ok:
                self._results.append(f"{line}{one.what}")
            else:
                self._failures.append(f"{line}{one.status}\n    {one.what}")
        self._update()

    def status(self, standing: Standing) -> None:
        self._standing = standing
        self._update()

    def finished(self, ending: Ending, run: Any) -> None:
        self._standing = ending.standing
        self._update(last=True)
        super().finished(ending, run)

    def text(self, *, last: bool = False) -> str:
        """Return what the output shows; at the last the failures alone stay below the bar."""
        lines = status_lines(self._standing, WIDTH)
        parts = ["".join(text for text, role in line if role is not Role.RUNNING) for line in lines[:1]]
        parts += [] if last else ["".join(text for text, _ in line) for line in lines[1:]]
        parts += [] if last else self._results
        parts += self._failures[:MOST_FAILURES]
        rest = len(self._failures) - MOST_FAILURES
        return "\n".join(parts + ([f"and {rest} more without a result"] if rest > 0 else []))

    def _update(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if not last and now - self._shown < EVERY_S:
            return
        self._shown = now
        bundle = {"text/plain": self.text(last=last)}
        if self._handle is None:
            display = import_module("IPython.display").display  # a notebook has it
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)
