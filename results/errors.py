"""Errors of everything that reads results."""

from __future__ import annotations


class ResultsError(Exception):
    """Results cannot be read or shown; one line: what is wrong, what was expected, what to do.

    >>> import tunegrid as tg
    >>> tg.load("nowhere")
    Traceback (most recent call last):
    ...
    results.errors...: nowhere does not exist; expected a run folder such as runs/NAME
    """


class Unreadable(ResultsError):
    """A file of the results is missing, damaged or foreign."""


def first_line(error: BaseException) -> str:
    """Return the first line of what ``error`` says, with its kind where that says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
