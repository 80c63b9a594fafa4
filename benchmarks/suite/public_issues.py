"""Public issues of Ray and of libraries that the suite's repairs and rules explain."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("issues.toml")
TITLE = "## Public issues"
RAY = "ray-project/ray"


@dataclass(frozen=True)
class PublicIssue:
    """One issue of a public tracker.

    Attributes:
        parts: globs of the searchers and schedulers that it is about.
        number: in the repository's tracker.
        phrase: what was reported, a clause.
        repository: on GitHub.
    """

    parts: tuple[str, ...]
    number: int
    phrase: str
    repository: str = RAY

    @property
    def name(self) -> str:
        """The short name, such as ``ray#6780``."""
        return f"{self.repository.rpartition('/')[2]}#{self.number}"

    @property
    def address(self) -> str:
        """The page of the issue."""
        return f"https://github.com/{self.repository}/issues/{self.number}"

    def concerns(self, part: str) -> bool:
        """Return whether it is about the searcher or scheduler of that name."""
        return any(fnmatch.fnmatchcase(part, pattern) for pattern in self.parts)


@cache
def public_issues() -> tuple[PublicIssue, ...]:
    """Return the issues of ``issues.toml``, in its order."""
    listed = tomllib.loads(FILE.read_text())["issue"]
    return tuple(PublicIssue(**{**row, "parts": tuple(row["parts"])}) for row in listed)


def of_part(name: str) -> list[PublicIssue]:
    """Return the issues about a searcher or scheduler."""
    return [issue for issue in public_issues() if issue.concerns(name)]


def issues_section(names: Iterable[str]) -> str:
    """Return the page's section on the issues about these parts, as Markdown; "" if there are none."""
    known = sorted(names)
    lines = [_line(issue, which) for issue in public_issues() if (which := _about(issue, known))]
    if not lines:
        return ""
    intro = "What others have reported, where it is explained, avoided or mended here."
    return "\n".join([TITLE, "", intro, "", *lines])


def with_section(page: str, names: Iterable[str]) -> str:
    """Return a page whose last section is the one on these parts' issues, in place of the one that it has."""
    before = page.partition(f"\n{TITLE}\n")[0].rstrip("\n")
    return "\n\n".join(filter(None, [before, issues_section(names)])) + "\n"


def _about(issue: PublicIssue, names: Sequence[str]) -> list[str]:
    return [name for name in names if issue.concerns(name)]


def _line(issue: PublicIssue, parts: Sequence[str]) -> str:
    phrase = issue.phrase[0].upper() + issue.phrase[1:].replace("*", "\\*").replace("_", "\\_")
    return f"* [{issue.name}]({issue.address}) {phrase} ({', '.join(parts)})."
