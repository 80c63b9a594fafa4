"""Versions of a package in a range, from pip's index."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from benchmarks.suite.misuse import Misuse


@dataclass(frozen=True)
class Range:
    """Versions of a package, from one that is good to one that is bad."""

    package: str
    first: str
    last: str

    @classmethod
    def of(cls, text: str) -> Range:
        """Return the range ``PACKAGE==a..b``.

        Raises:
            Misuse: if it says nothing of the kind.
        """
        match = re.fullmatch(r"([A-Za-z0-9][\w.-]*)==([^\s.][^\s]*?)\.\.([^\s.]\S*)", text)
        try:
            if match and Version(match[2]) < Version(match[3]):
                return cls(match[1], match[2], match[3])
        except InvalidVersion:
            pass
        raise Misuse(
            f"--bisect {text}: expected PACKAGE==a..b, two versions in order, e.g. optuna==4.5.0..5.0.0"
        )


def versions_between(span: Range, listed: Sequence[str]) -> list[str]:
    """Return the versions from a to b in order, of those that the index lists.

    Releases for trial count only if a or b is one.

    Raises:
        Misuse: if a or b is not listed.
    """
    known = {Version(text): text for text in listed}
    first, last = Version(span.first), Version(span.last)
    for end in (first, last):
        if end not in known:
            near = ", ".join(known[one] for one in sorted(known)[-8:]) or "none"
            raise Misuse(f"--bisect: the index has no {span.package} {end}; the newest are {near}")
    trial = first.is_prerelease or last.is_prerelease
    return [known[v] for v in sorted(known) if first <= v <= last and (trial or not v.is_prerelease)]


def listed_versions(package: str) -> list[str]:
    """Return the versions of a package that pip's index offers for this Python.

    Raises:
        Misuse: if pip cannot say.
    """
    process = pip("index", "versions", "--pre", package)
    match = re.search(r"^Available versions: (.+)$", process.stdout, re.MULTILINE)
    if process.returncode or not match:
        raise Misuse(f"--bisect: pip cannot list the versions of {package}: {last_line(process.stderr)}")
    return match[1].split(", ")


def pip(*words: str) -> subprocess.CompletedProcess[str]:
    """Run pip of this environment to its end."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def last_line(text: str) -> str:
    """Return the last line that is not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["it does not say why"])[-1]
