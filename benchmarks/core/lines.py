"""Texts in one line, for messages and stored reasons."""

from __future__ import annotations

LONGEST = 300  # characters of an error


def one_line(text: str, most: int = LONGEST) -> str:
    """Return a text in one line of at most ``most`` characters that every terminal and file can hold.

    Characters that cannot be printed are escaped.
    """
    words = " ".join(text.split())
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)
    return line if len(line) <= most else line[: most - 3] + "..."
