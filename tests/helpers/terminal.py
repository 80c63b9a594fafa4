"""A pseudo-terminal of any size, and the rows that it shows in the end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: What a terminal is sent: a control sequence, a control character, or text.
TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b.|[\r\n\b]|[^\x1b\r\n\b]+", re.DOTALL)
PATIENCE_S = 120.0


@dataclass
class Screen:
    """The rows of a terminal that scrolls without an end, as xterm would have them.

    Attributes:
        width: its columns.
        rows: what stands in each.
        broken: texts that were wider than a row, so that the terminal broke them.
        colours: whether a colour was asked for.
    """

    width: int
    rows: list[str] = field(default_factory=lambda: [""])
    broken: list[str] = field(default_factory=list)
    colours: bool = False
    _row: int = 0
    _column: int = 0

    def show(self, text: str) -> None:
        """Take what is written to the terminal.

        Raises:
            ValueError: for a control sequence that it does not know.
        """
        for token in TOKEN.finditer(text):
            if token[2]:
                self._control(token[1], token[2])
            elif token[0] == "\r":
                self._column = 0
            elif token[0] == "\n":
                self._down()
            else:
                self._write(token[0])

    def _control(self, arguments: str, letter: str) -> None:
        count = int(arguments) if arguments.isdigit() else 1
        if letter == "A":
            self._row = max(0, self._row - count)
        elif letter == "K":
            row = self.rows[self._row]
            self.rows[self._row] = "" if arguments == "2" else row[: self._column]
        elif letter == "m":
            self.colours = self.colours or bool(re.search(r"(^|;)[39][0-7](;|$)", arguments))
        elif letter not in "hl":
            raise ValueError(f"unknown control sequence {arguments}{letter}")

    def _down(self) -> None:
        self._row += 1
        if self._row == len(self.rows):
            self.rows.append("")

    def _write(self, text: str) -> None:
        if self._column + len(text) > self.width:
            self.broken.append(text)
        for character in text:
            if self._column == self.width:
                self._column = 0
                self._down()
            row = self.rows[self._row].ljust(self._column)
            self.rows[self._row] = row[: self._column] + character + row[self._column + 1 :]
            self._column += 1


@dataclass(frozen=True)
class Shown:
    """The output of a command on its terminal.

    Attributes:
        code: its exit code.
        raw: all that it wrote.
        screen: what stands there in the end.
        moments: the rows after each piece that was read, while it ran.
    """

    code: int
    raw: str
    screen: Screen
    moments: list[list[str]]

    @property
    def text(self) -> str:
        """The rows in the end."""
        return "\n".join(row.rstrip() for row in self.screen.rows)


def in_terminal(
    command: Sequence[str],
    columns: int,
    environment: Mapping[str, str],
    folder: Path,
    press: Callable[[str], bytes] = lambda _: b"",
) -> Shown:
    """Run a command in a pseudo-terminal that is its own, as in a window.

    Args:
        command: its words.
        columns: of the terminal.
        environment: its variables.
        folder: that it runs in.
        press: what was written so far -> keys to be pressed, once.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def own() -> None:  # the terminal sends Ctrl-C to those whose own it is
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=own,
    )
    os.close(theirs)
    screen, raw, moments, pressed = Screen(columns), "", list[list[str]](), False
    end = time.monotonic() + PATIENCE_S
    try:
        for piece in iter(lambda: _read(ours, end), b""):
            text = piece.decode()
            raw += text
            screen.show(text)
            moments.append(list(screen.rows))
            if not pressed and (keys := press(raw)):
                os.write(ours, keys)
                pressed = True
        code = process.wait(timeout=max(1.0, end - time.monotonic()))
    finally:
        process.kill()
        os.close(ours)
    return Shown(code, raw, screen, moments)


def _read(descriptor: int, end: float) -> bytes:
    """Return what there is to read, in whole characters; b"" once the other end is closed."""
    if not select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
        raise TimeoutError("the command neither ends nor writes")
    try:
        piece = os.read(descriptor, 65536)
        while True:
            try:
                piece.decode()
                return piece
            except UnicodeDecodeError:
                piece += os.read(descriptor, 1)
    except OSError:  # the other end is closed
        return b""
