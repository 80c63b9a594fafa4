"""Terminals, as every command has them: streams that cannot end it, interruptions, refusals of the system.

A command's results matter more than its screen.  A standard stream that is closed, or whose reader has left,
is written to no longer; if it cannot be written for another reason, such as a full disk, it says so.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

from results.errors import ResultsError
from results.files import NotWritten

#: errno -> what it means, and what to do about it.
MEANINGS = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EDQUOT: ("the disk quota is used up", "free some space"),
    errno.EROFS: ("the file system is read-only", "give a folder that can be written"),
    errno.EIO: ("the disk has failed", "check it"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n)"),
    errno.ENFILE: ("the machine has too many open files", "end other programs"),
    errno.ENOMEM: ("there is no memory left", "end other programs, or run less at a time"),
    errno.EAGAIN: ("no more processes may be started", "raise the limit (ulimit -u)"),
}
LEFT = (errno.EPIPE, errno.EBADF)  # nobody reads the stream, which is not an error


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end; ``code`` is the exit code by which a shell knows which."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.code = 128 + signal_number


def code_of(interrupt: KeyboardInterrupt) -> int:
    """Return the exit code of a command that was interrupted: 130 after Ctrl-C."""
    return interrupt.code if isinstance(interrupt, Interrupted) else 130


def refusal(error: OSError, place: object = None) -> str:
    """Say in one line what the system refused, where, and what to do; ``place`` if the error names none."""
    if error.errno is None:  # one of our own, which says all
        return str(error)
    where = error.filename or place or "a file"
    message = error.strerror or (str(error).splitlines() or [type(error).__name__])[0]
    if error.errno in MEANINGS:
        meaning, mend = MEANINGS[error.errno]
        return f"{where}: {meaning} ({os.strerror(error.errno)}); {mend}"
    return f"{where}: {message}; check the path and its permissions"


class UnfailingStream(io.FileIO):
    """The file behind a standard stream, which swallows what it cannot write.

    Attributes:
        lost: why it writes no longer; None while it does.
    """

    lost: OSError | None = None

    def write(self, content: Any, /) -> int:
        if self.lost is None:
            try:
                while (written := super().write(content)) is None:  # it does not block, and is full
                    select.select([], [self], [])
                return written
            except OSError as error:
                self.lost = error
        return len(content)


def steady_streams() -> None:
    """Make the standard streams of this process such that no print can fail.

    What has no place in a stream's encoding is written with backslashes.
    """
    for number in range(3):  # else the next file that is opened would be a standard stream of all children
        _occupy(number)
    sys.stdout = _steadied(sys.stdout, sys.__stdout__)
    sys.stderr = _steadied(sys.stderr, sys.__stderr__)


def _occupy(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
            os.close(null)
        os.set_inheritable(number, True)


def _steadied(stream: Any, original: Any) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")
    if stream is not original or isinstance(getattr(stream.buffer, "raw", stream.buffer), UnfailingStream):
        return stream  # type: ignore[no-any-return]  # somebody else's, as under pytest; or ours already
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(UnfailingStream(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _lost() -> OSError | None:
    """Return why what was printed is incomplete, if its reader would miss it."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    lost = raw.lost if isinstance(raw, UnfailingStream) else None
    return lost if lost is not None and lost.errno not in LEFT else None


def on_console(
    prog: str, *misuse: type[Exception], unwritten: int = 1
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the decorator that makes a function a command: ``main(arguments=None, prog=PROG)``.

    It prints on any terminal, pipe or file.  What a user can mend is one line on stderr, ``PROG: what is
    wrong; what to do``, and exit code 2; a traceback is for our own mistakes.  Ctrl-C ends it in one line,
    with exit code 130.  The exit code is 1 if all went well but the output could not be written.

    Args:
        prog: the command's name in its messages, unless it is called with another.
        misuse: errors that are one line for the user, besides ``ResultsError`` and what the system refuses.
        unwritten: exit code where a file cannot be written, for want of room or of a permission.
    """

    refusals: tuple[type[Exception], ...] = (ResultsError, *misuse)

    def decorate(main: Callable[..., int]) -> Callable[..., int]:
        @wraps(main)
        def command(arguments: Sequence[str] | None = None, prog: str = prog) -> int:
            steady_streams()
            try:
                code = main(arguments, prog)
            except KeyboardInterrupt as interrupt:
                print("interrupted", file=sys.stderr)
                return code_of(interrupt)
            except NotWritten as error:
                code, message = unwritten, refusal(error)
            except refusals as error:
                code, message = 2, str(error.args[0] if error.args else error)
            except OSError as error:
                code, message = 2, refusal(error)
            else:
                if (lost := _lost()) is not None:
                    say_error(prog, f"{refusal(lost, 'standard output')}; it is incomplete")
                    return code or 1
                return code
            say_error(prog, message)
            return code

        return command

    return decorate


def say_error(prog: str, message: str) -> None:
    """Print an error of a command, one line on stderr."""
    print(f"{prog}: {message}", file=sys.stderr)
