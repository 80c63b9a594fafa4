"""Errors in one line: the error of a user's code within what Ray has wrapped around it."""

from __future__ import annotations

import re

from results.messages import one_line

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FAILURE = re.compile(r"^Failure # \d+ \(occurred at [^)\n]*\)$", re.MULTILINE)
_FRAME = re.compile(r'^\s+File ".*", line \d+')
_NAMED = re.compile(r"^(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)(?:\([\w.]*\))?(: .*|:)?$")


class Headline(Exception):
    """An error that was raised in another process, known by its headline alone.

    Attributes:
        cost: seconds after which it was raised.
    """

    cost: float = 0.0


def headline(error: BaseException) -> str:
    """Return ``ValueError: text`` in one line; the error inside if Ray only passes a traceback on."""
    try:
        text = str(error)
    except Exception as another:  # noqa: BLE001 - a user's own error may be unable to say anything
        text = f"its text cannot be made ({type(another).__name__})"
    if isinstance(error, Headline):
        return text
    if "Traceback (most recent call last)" in text or any(map(_FRAME.match, text.splitlines())):
        return last_error(text)
    return one_line(f"{type(error).__name__}: {text}" if text.strip() else type(error).__name__)


def last_failure(text: str) -> str:
    """Return in one line the last failure of those that Tune writes into a trial's error file."""
    return last_error(_FAILURE.split(text)[-1])


def last_error(text: str) -> str:
    """Return in one line the error that a text ends with: a traceback, Python's or Ray's, or a message."""
    lines = _COLOUR.sub("", text).splitlines()
    frames = [index for index, line in enumerate(lines) if _FRAME.match(line)]
    after = lines[frames[-1] + 1 :] if frames else lines
    # Between the last frame and the error stand its line of code and marks below it, all indented.
    while frames and after and (not after[0].strip() or after[0][0].isspace()):
        after = after[1:]
    after = [line for line in after if line.strip()]
    if not frames:
        named = [index for index, line in enumerate(after) if _NAMED.match(line)]
        after = after[named[0] :] if named else after[:1]
    if not after:
        return "unknown"
    name = _NAMED.match(after[0])
    if name:
        after[0] = name[1] + (name[2] or "")
    return one_line(" ".join(after))
