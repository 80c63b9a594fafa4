"""Code blocks of the documentation: where they are, and what language they are in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
#: Pages that a script writes from measurements; what they quote is the script's.
_PARTS = {"claims"}
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(page for page in ROOT.glob("docs/**/*.md") if page.parent.name not in _PARTS),
]
LANGUAGES = ("sh", "python", "pycon", "toml", "yaml", "text")
_FENCE = re.compile(r"^ *```(\S*)[^\n]*\n(.*?)^ *```$", re.S | re.M)
_FILE = re.compile(r"\A# ([\w./-]+\.(?:py|toml|yml))\n")


class Block(NamedTuple):
    """A fenced block of a page.

    Attributes:
        page: its path in the repository.
        line: where it begins, from 1.
        language: the first word of its info string.
        text: what is in it.
    """

    page: str
    line: int
    language: str
    text: str

    @property
    def file(self) -> str:
        """The name of the file that it shows, which a comment in its first line gives; "" if none."""
        found = _FILE.match(self.text)
        return found[1] if found else ""

    @property
    def place(self) -> str:
        """Where it is, as an editor finds it."""
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page, in their order."""
    text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
    return [
        Block(name, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for match in _FENCE.finditer(text)
    ]
