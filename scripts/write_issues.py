"""Writer of the last section of docs/compatibility.md: the public issues of ``issues.toml``.

python -m scripts.write_issues

The command that makes the whole page writes the same section, and runs every combination for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.suite.public_issues import with_section
from results.files import replace_bytes

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"


def text() -> str:
    """Return the committed page with the section on the parts that are in its matrix."""
    page = PAGE.read_text()
    [header] = re.findall(r"^\| \| (.+) \|$", page, re.MULTILINE)
    names = [*re.findall(r"^\| \*\*(.+?)\*\* \|", page, re.MULTILINE), *header.split(" | ")]
    return with_section(page, names)


if __name__ == "__main__":
    replace_bytes(PAGE, text().encode())
