"""Refusals: the error of a spec that cannot be registered, and the texts of its one line."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from benchmarks.core.errors import DataError
from benchmarks.core.guard import PATIENCE_S, PluginError, guarded
from results.messages import nearest as nearest
from results.messages import one_line as one_line

MOST_SHOWN = 80  # characters of a value


class SpecError(ValueError):
    """A spec that cannot be registered.

    One line: which part, which field, what was wrong, what was expected, and what to write.
    """


class Raised(SpecError):
    """A function of a spec's has raised an error of its own."""


def shown(value: Any) -> str:
    """Return a value as it is written in code, cut to a line; of a huge integer the number of its digits."""
    if isinstance(value, int) and abs(value) >= 10**30:
        return f"an integer of {math.floor(value.bit_length() * math.log10(2)) + 1} digits"
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - an object of somebody else's may raise anything
        text = f"a {type(value).__name__}"
    return one_line(text, MOST_SHOWN)


def error_line(error: BaseException) -> str:
    """Return an error in one line, as ``ValueError: text``; of a refusal the text alone."""
    try:
        text = one_line(str(error))
    except Exception:  # noqa: BLE001 - as above
        text = ""
    return text if isinstance(error, SpecError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def wrong(value: Any, expected: str, write: str = "") -> ValueError:
    """Return the error of a field's value: what it is, what was expected, and what to write."""
    return ValueError(f"is {shown(value)}; expected {expected}" + (f"; write {write}" if write else ""))


def ask(what: str, call: Callable[[], Any], patience: float = PATIENCE_S) -> Any:
    """Return the answer of a function of a spec's.

    Raises:
        SpecError: a refusal, as it is.
        Raised: whatever else the function raises but KeyboardInterrupt, ``SystemExit`` too; or it takes too
            long.
    """
    try:
        return guarded(call, what, patience)
    except PluginError as failure:
        error = failure.__cause__
        if isinstance(error, SpecError):
            raise error from error.__cause__
        if error is None:
            raise Raised(f"{failure}; it must return a value") from None
        if isinstance(error, DataError):  # it says what to do
            raise Raised(f"{what}: {one_line(str(error))}") from error
        raise Raised(f"{what} raised {error_line(error)}") from error
