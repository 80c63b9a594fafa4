"""A user's command that hears of a run: at its first failure, and at its end."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PATIENCE_S = 60.0
#: Failures and their like: what a user may want to look at before the run is over.
WORRYING = frozenset({"failed", "timeout", "stalled", "lost"})


class Notify:
    """Runs a command of the user's, if there is one; what becomes of it is said in ``problems``.

    Args:
        command: for the shell; None runs nothing.
        run: the run's folder.

    Attributes:
        problems: why the command failed, a line for each time.
    """

    def __init__(self, command: str | None, run: Path) -> None:
        self._command, self._run = command, run
        self._failed = False
        self.problems: list[str] = []

    def of(self, status: str, title: str, reason: str) -> None:
        """Hear of an experiment; the first that failed is told."""
        if status in WORRYING and not self._failed:
            self._failed = True
            first = (reason.splitlines() or [""])[0]
            self._tell("failure", f"{title}: {status}: {first}")

    def end(self, summary: str) -> None:
        """Tell that the run is over, or has been cut off."""
        self._tell("end", summary)

    def _tell(self, event: str, summary: str) -> None:
        if self._command is None:
            return
        variables = {"TUNEGRID_EVENT": event, "TUNEGRID_RUN": str(self._run), "TUNEGRID_SUMMARY": summary}
        try:
            process = subprocess.run(  # the user's own command line
                self._command,
                shell=True,
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                timeout=PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired, ValueError) as error:
            self.problems.append(f"--notify {self._command!r} failed: {error}")
            return
        if process.returncode:
            self.problems.append(f"--notify {self._command!r} ended with code {process.returncode}")
