"""Share of a plot's pages that one process draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class PageShare:
    """One of several equal shares of the pages.

    Attributes:
        index: which one, from 0 on.
        count: how many there are.
    """

    index: int
    count: int

    @classmethod
    def of(cls, count: int) -> list[PageShare]:
        """Return all of ``count`` shares."""
        return [cls(index, count) for index in range(count)]

    def take(self, pages: Sequence[Item]) -> Sequence[Item]:
        """Return the pages of this share, in their order; together the shares have each page once."""
        first, last = (len(pages) * edge // self.count for edge in (self.index, self.index + 1))
        return pages[first:last]


#: All pages.
WHOLE = PageShare(0, 1)
