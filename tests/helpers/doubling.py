"""A small piece of work for tests of what carries work out."""

from __future__ import annotations

from pathlib import Path


def double(case: int) -> int:
    """Return twice a number, and note in the file "asked" that it was asked."""
    with Path("asked").open("a") as file:
        file.write(f"{case}\n")
    return 2 * case
