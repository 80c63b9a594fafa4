"""The display on a terminal: results scroll by in colours, with the status of the run below them."""

from __future__ import annotations

import os
import re
import shlex
import textwrap
import threading
import time
from contextlib import nullcontext
from typing import IO, TextIO

from rich.console import Console, ConsoleDimensions, Group
from rich.live import Live
from rich.text import Text

from benchmarks.core.signals import held
from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.bar import Role, signs_of, status_lines
from benchmarks.execution.display.base import Standing
from benchmarks.execution.display.diversion import Diversion
from benchmarks.execution.display.plain import TITLE, PlainDisplay, numbered
from benchmarks.execution.display.words import Told

EVERY_S = 0.1  # from one drawing of the status to the next
USUAL = (80, 24)  # columns and rows of a terminal that does not say its own
#: Columns at the end of a status line that stay free: there a terminal writes ^C.
MARGIN = 3
KEPT = "\x00"  # stands for a hyphen after which no line may end
STYLES = {
    Role.DONE: "green",
    Role.REST: "dim",
    Role.FAILED: "bold red",
    Role.PLAIN: "",
    Role.RUNNING: "dim",
}


class TerminalDisplay(PlainDisplay):
    """Prints results with a sign and a colour, and keeps the status of the run in the last rows.

    No line is wider than the terminal, and none is broken within a word.  NO_COLOR is respected: signs and
    words say all that colours say.

    Args:
        stream: a terminal.
        verbose: also what a rule answers.
    """

    def __init__(self, stream: TextIO, *, verbose: bool = False) -> None:
        super().__init__(stream, verbose=verbose)
        self._signs = signs_of(stream.encoding)
        self._console = Console(
            file=stream, force_terminal=True, force_jupyter=False, highlight=False, markup=False, emoji=False
        )
        self._live: Live | None = None
        self._diversion: Diversion | None = None
        self._standing = Standing(0, 0)
        self._shown = 0.0
        self._widest = 0  # title so far

    def ended(self, outcome: Outcome, standing: Standing, *, ran: bool) -> None:
        self._standing = standing
        super().ended(outcome, standing, ran=ran)

    def outcome(self, one: Told, standing: Standing) -> None:
        """Print an outcome in one row if it fits; else what came of it has rows of its own, indented."""
        width, style = self._width(), "green" if one.ok else "bold red"
        sign = self._signs.ok if one.ok else self._signs.failed
        start = f"{sign} {numbered(standing)} "
        title = one.title if one.ok else f"{one.title}  {one.status}"
        self._widest = max(self._widest, len(title))
        pads = (TITLE, self._widest, len(title)) if one.ok else ()
        fitting = [row for pad in pads if len(row := f"{start}{title:<{pad}}  {one.what}") <= width]
        indent = " " * min(len(start), width // 4)
        lines = fitting[:1] or [
            *wrapped(start + title, width, indent),
            *(wrapped(indent + one.what, width, indent) if one.what else []),
        ]
        text = Text("\n".join(lines))
        text.stylize(style, 0, len(sign))
        if not one.ok:
            text.stylize(style, 0, len(lines[0]))
        self._print(text)

    def status(self, standing: Standing) -> None:
        self._standing = standing
        now = time.monotonic()
        if now - self._shown < EVERY_S:
            return
        self._shown = now
        with held():  # else an interruption could leave half a drawing
            self._draw()

    def _draw(self) -> None:
        self._width()
        if self._live is None:
            self._diversion = Diversion(self.line)
            self._console.file = self._diversion.terminal(self._stream)
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                get_renderable=self._status,
            )
            self._live.start()
        self._live.refresh()

    def clear(self) -> None:
        with held():
            diversion, live, terminal = self._diversion, self._live, self._console.file
            self._diversion = self._live = None
            if diversion is not None:
                diversion.close()
            if live is not None:
                live.stop()
                self._console.file = self._stream
                terminal.close()

    def line(self, text: str, indent: int = 0) -> None:
        """Print a line in as many rows as it takes."""
        start = " " * indent
        self._print(Text("\n".join(wrapped(start + text, self._width(), start) if text else [""])))

    def command(self, before: str, command: str) -> None:
        """Print a command; of several rows all but the last end in a backslash, so that it can be copied."""
        width = self._width()
        if len(before) + len(command) <= width:
            self._print(Text(before + command))
            return
        self._print(Text("\n".join([*wrapped(before.strip(), width, ""), *_continued(command, width)])))

    def _print(self, text: Text) -> None:
        self._width()
        main = threading.current_thread() is threading.main_thread()
        with held() if main else nullcontext():  # signals are the main thread's
            self._console.print(text, soft_wrap=True)

    def _status(self) -> Group:
        lines = status_lines(self._standing, max(1, self._width() - MARGIN + 1), self._signs)
        rows = [Text.assemble(*((text, STYLES[role]) for text, role in line)) for line in lines]
        return Group(*(row for row in rows if row.plain))

    def _width(self) -> int:
        """Return how many columns may be written, and let rich know the size, which may change."""
        columns, rows = size_of(self._console.file)
        self._console.size = ConsoleDimensions(columns, rows)
        return max(1, columns - 1)


def size_of(stream: IO[str]) -> tuple[int, int]:
    """Return the columns and rows of a terminal; the variables COLUMNS and LINES go before what it says."""
    try:
        size = tuple(os.get_terminal_size(stream.fileno()))
    except (OSError, ValueError, AttributeError):  # it is gone, or none
        size = USUAL
    found = []
    for name, own, usual in zip(("COLUMNS", "LINES"), size, USUAL, strict=True):
        given = os.environ.get(name, "")
        found.append(int(given) if given.isdecimal() and int(given) else own or usual)
    return found[0], found[1]


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return text in lines of at most ``width`` characters, all but the first after ``indent``.

    Words stay whole; one that is wider than a line is broken, after a hyphen if it has one.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        start = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            re.sub(r"\S+", lambda word: _kept(word[0], width - len(indent)), line.strip()),
            width,
            initial_indent=start[: width // 2],
            subsequent_indent=indent[: width // 2],
        ) or [""]
    return [line.replace(KEPT, "-") for line in lines]


def _kept(word: str, width: int) -> str:
    """Return a word that textwrap breaks nowhere if it fits a line."""
    return word if len(word) > width else word.replace("-", KEPT)


def _continued(command: str, width: int) -> list[str]:
    """Return a shell's command, or a call in Python, in lines that can be copied as they stand."""
    if "(" in command.partition(" ")[0]:  # a call
        return wrapped(command, width, "    ")
    lines = [""]
    for word in shlex.split(command):
        quoted = shlex.quote(word)
        if lines[-1] and len(lines[-1]) + len(quoted) + 3 > width:
            lines.append(" ")
        lines[-1] += f" {quoted}" if lines[-1] else quoted
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]
