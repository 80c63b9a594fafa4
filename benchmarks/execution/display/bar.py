"""The status of a run as lines that fit a width: a bar, counts, the time left, and what is running."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from benchmarks.execution.display.base import Standing
from benchmarks.execution.display.words import time_left

LEAST_BAR, MOST_BAR = 10, 40  # columns of a bar that stands beside the counts
GAP = "  "


class Role(Enum):
    """The role of a piece of a line, which has a style of its own in each display."""

    DONE = "done"
    REST = "rest"
    FAILED = "failed"
    PLAIN = "plain"
    RUNNING = "running"


class Signs(NamedTuple):
    """The characters that a stream can show."""

    done: str
    rest: str
    ok: str
    failed: str


LINES, ASCII = Signs("━", "─", "✓", "✗"), Signs("#", ".", "+", "!")

Piece = tuple[str, Role]
Line = list[Piece]


def signs_of(encoding: str | None) -> Signs:
    """Return the signs that an encoding has."""
    try:
        "".join(LINES).encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return ASCII
    return LINES


def status_lines(standing: Standing, width: int, signs: Signs = LINES) -> list[Line]:
    """Return lines of at most ``width`` characters; no word is cut, and where little fits, little is said."""
    counts = _counts(standing)
    words = GAP.join(text for text, _ in counts)
    room = width - len(words) - len(GAP)
    if room >= LEAST_BAR:
        beside: Line = [(GAP, Role.PLAIN), *_joined(counts)]
        lines = [_bar(standing, min(room, MOST_BAR), signs) + beside]
    else:
        lines = [_bar(standing, min(width, MOST_BAR), signs), *_packed(counts, width)]
    running = _running(standing.running, width)
    return [*lines, [(running, Role.RUNNING)]] if running else lines


def _counts(standing: Standing) -> Line:
    share = 100 * standing.done // standing.total if standing.total else 100
    counts: Line = [(f"{standing.done}/{standing.total}", Role.PLAIN), (f"{share} %", Role.PLAIN)]
    if standing.failed:
        counts.append((f"{standing.failed} failed", Role.FAILED))
    if standing.done < standing.total:
        counts.append((time_left(standing.seconds_left), Role.PLAIN))
    return counts


def _bar(standing: Standing, width: int, signs: Signs) -> Line:
    full = width * standing.done // standing.total if standing.total else width
    return [(signs.done * full, Role.DONE), (signs.rest * (width - full), Role.REST)]


def _joined(pieces: Line) -> Line:
    line: Line = []
    for piece in pieces:
        line += [piece] if not line else [(GAP, Role.PLAIN), piece]
    return line


def _packed(pieces: Line, width: int) -> list[Line]:
    """Return the pieces in as few lines as possible; one that is wider than a line is left out."""
    lines: list[Line] = []
    left = 0
    for text, role in pieces:
        if len(text) > width:
            continue
        if lines and len(GAP) + len(text) <= left:
            lines[-1] += [(GAP, Role.PLAIN), (text, role)]
            left -= len(GAP) + len(text)
        else:
            lines.append([(text, role)])
            left = width - len(text)
    return lines


def _running(combinations: Sequence[str], width: int) -> str:
    """Return what is running: as many names as fit, and the number of the others."""
    if not combinations:
        return ""
    names = [name if n == 1 else f"{name} ({n} times)" for name, n in Counter(combinations).items()]
    for shown in range(len(names), 0, -1):
        rest = len(names) - shown
        line = f"running: {', '.join(names[:shown])}" + (f" and {rest} more" if rest else "")
        if len(line) <= width:
            return line
    line = f"{len(combinations)} running"
    return line if len(line) <= width else ""
