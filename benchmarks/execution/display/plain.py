"""The plain display: a line for each experiment, without control characters, for pipes, files and CI."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.base import Display, Ending, Standing
from benchmarks.execution.display.words import Told, told

TITLE = 58  # columns of a title, so that what follows is aligned


def numbered(standing: Standing) -> str:
    """Return how many experiments are answered, as ``[ 12/120]``."""
    return f"[{standing.done:{len(str(standing.total))}d}/{standing.total}]"


class PlainDisplay(Display):
    """Prints a line for each experiment that ran.

    Args:
        stream: where to.
        quiet: only what has no result, and the last lines.
        verbose: also what a rule answers.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False, verbose: bool = False) -> None:
        self._stream, self._quiet, self._verbose = stream, quiet, verbose

    def began(self, run: Path, total: int, to_run: int, stored: int) -> None:
        if not self._quiet:
            self.line(f"run {run}: {total} experiments, {to_run} to run, {stored} stored")

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        one = told(outcome)
        wanted = ran or self._verbose
        if wanted and not (self._quiet and one.ok):
            self.outcome(one, standing)

    def outcome(self, one: Told, standing: Standing) -> None:
        """Print an outcome."""
        self.line(f"{numbered(standing)} {one.title:<{TITLE}} {one.status:<8} {one.what}")

    def note(self, line: str) -> None:
        if not self._quiet:
            self.line(line)

    def finished(self, ending: Ending, run: Path) -> None:
        if ending.why:
            self.line(f"\n{ending.why}; {ending.summary}")
        else:
            self.line(ending.summary)
            for reason in ending.reasons:
                self.line(reason, indent=2)
        if ending.resume:
            self.command("resume with: ", ending.resume)

    def drawn(self, run: Path, figures: int, folder: Path | None) -> None:
        self.line(f"results: {run}" + (f", {figures} figures in {folder}" if figures else ""))

    def line(self, text: str, indent: int = 0) -> None:
        """Print a line."""
        print(" " * indent + text, file=self._stream, flush=True)

    def command(self, before: str, command: str) -> None:
        """Print a command that may be copied."""
        self.line(before + command)
