"""Processes of programs: started with their trial, resting between its epochs, ended with it.

A program leads a process group of its own.  A second process, a watcher, waits for the end of a pipe that
only the trial's process holds, and then kills the group: so the program ends with its trial, also when the
trial's process is killed.  The program begins only when the watcher knows its group.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Self

_WATCHER = 'read -r group || exit; read -r _; kill -s KILL -- "-$group"'
_START = 'read -r _ || exit; exec "$@" </dev/null'
_TAIL = 4096  # bytes of standard error that are read at the end


class Process:
    """A running program.

    Args:
        words: the program and its arguments.
        cwd: where it works.
        errors: the file that takes its standard error.

    Raises:
        OSError: if no process can be started.
    """

    def __init__(self, words: Sequence[str], cwd: Path, errors: Path) -> None:
        self._errors = errors
        self._watcher = _shell([_WATCHER], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with errors.open("wb") as file:
                self._program = _shell(
                    [_START, "sh", *words], stdout=subprocess.PIPE, stderr=file, cwd=cwd, env=_environment()
                )
        except BaseException:
            self._end_watcher()
            raise
        self.group = self._program.pid
        self._write(self._watcher, f"{self.group}\n")
        self._ending = Thread(target=self._end_group, daemon=True)
        self._ending.start()
        self._write(self._program, "\n")

    def lines(self) -> Iterator[str]:
        """Yield the lines of its standard output until it ends."""
        assert self._program.stdout is not None
        for line in self._program.stdout:
            yield line.rstrip("\n")

    def rest(self) -> None:
        """Stop it, with all that it has started, until ``go_on``."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def code(self) -> int:
        """Wait for its end and return its exit code; a signal's negative number if one has ended it."""
        self._ending.join()
        return self._program.wait()

    def last_errors(self) -> str:
        """Return the end of its standard error."""
        with self._errors.open("rb") as file:
            file.seek(max(0, self._errors.stat().st_size - _TAIL))
            return file.read().decode(errors="replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signal(signal.SIGKILL)
        self.code()
        self._end_watcher()
        if self._program.stdout is not None:
            self._program.stdout.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._program.returncode is None:  # its number may be another's by then
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, number)

    def _end_group(self) -> None:
        """When the program has ended, end what it has started: that would hold its output open."""
        os.waitid(os.P_PID, self.group, os.WEXITED | os.WNOWAIT)
        self._signal(signal.SIGKILL)

    def _end_watcher(self) -> None:
        self._watcher.kill()
        self._watcher.wait()
        if self._watcher.stdin is not None:
            self._watcher.stdin.close()

    @staticmethod
    def _write(process: subprocess.Popen[str], text: str) -> None:
        pipe: IO[str] | None = process.stdin
        assert pipe is not None
        with suppress(BrokenPipeError):  # it was killed; its end says so
            pipe.write(text)
            pipe.flush()


def _shell(words: Sequence[str], **options: object) -> subprocess.Popen[str]:
    """Start a line of sh with arguments, in a session of its own."""
    started: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]  # for **options
        ["/bin/sh", "-c", *words],
        stdin=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        **options,
    )
    return started


def _environment() -> dict[str, str]:
    """Return the environment; Python in it writes each line as it is printed."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
