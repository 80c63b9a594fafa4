"""Messages of one line: what a terminal can hold, and the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST = 300  # characters of a message that quotes an error


def one_line(text: str, most: int = MOST) -> str:
    """Return ``text`` in one line of at most ``most`` characters; unprintable ones are escaped."""
    words = " ".join(text.split())
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)
    return line if len(line) <= most else line[: most - 3] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint: the nearest of the known names, or all of them."""
    names = [str(each) for each in known]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
