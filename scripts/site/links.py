"""Links of pages that lie elsewhere in the repository than on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s:#]+)(#[^)\s]*)?(\))")
_FENCE = re.compile(r"^(```.*?^```)", re.S | re.M)


def moved(text: str, source: str, target: str, pages: Mapping[str, str]) -> str:
    """Return a page's text with links that hold where it lies on the site.

    Args:
        text: Markdown.
        source: the page's path in the repository.
        target: its path on the site.
        pages: paths in the repository -> paths on the site, of pages outside of ``docs/``.
    """

    def link(match: re.Match[str]) -> str:
        before, path, anchor, after = match.groups()
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        on_site = pages.get(there) or there.removeprefix("docs/")
        return f"{before}{posixpath.relpath(on_site, posixpath.dirname(target) or '.')}{anchor or ''}{after}"

    blocks = _FENCE.split(text)
    return "".join(block if block.startswith("```") else _LINK.sub(link, block) for block in blocks)
