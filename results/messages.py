"""Messages of one line: what a terminal can hold, and the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST = 300  # characters of a message that quotes an error
FEW = 40  # names that a message lists


def one_line(text: str, most: int = MOST) -> str:
    """Return ``text`` in one line of at most ``most`` characters; unprintable ones are escaped."""
    words = " ".join(text.split())
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)
    return line if len(line) <= most else line[: most - 3] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint: the nearest of the known names, or all of them, or the first of very many."""
    names = [str(each) for each in known]
    if near := difflib.get_close_matches(name, names, n=1, cutoff=0.4):
        return f"did you mean {near[0]!r}?"
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return f"known: {', '.join(names[:FEW]) or 'none'}{more}"
