"""The command line as a function, for the tests beside this."""

from __future__ import annotations

from collections.abc import Callable

#: Arguments to (exit code, stdout, stderr).
Call = Callable[..., tuple[int, str, str]]
#: Arguments to the one line that says what is wrong.
Misused = Callable[..., str]

DIGITS = ("--trainables", "digits-mlp", "--searchers", "random", "--schedulers", "fifo")
