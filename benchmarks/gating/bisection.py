"""Which version made it worse?  Bisection as git does it: what cannot be tested is skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "bad", "skip"]
_WORDS = {"good": "good", "bad": "bad", "skip": "not to be told"}


class NothingToFind(ValueError):
    """The first version is not good, or the last one is not bad."""


@dataclass(frozen=True)
class Found:
    """What a bisection found.

    Attributes:
        good: the last version that is known to be good.
        suspects: in order; one of them is the first bad one.  The last is known to be bad, all others
            could not be told; so a single suspect is the answer.
    """

    good: str
    suspects: Sequence[str]


def first_bad(versions: Sequence[str], verdict: Callable[[str], Verdict]) -> Found:
    """Find the first bad version, if all before it are good and all from it on are bad.

    It asks for the ends, then for the middle of what is left, or for the nearest to it that can be told.

    Args:
        versions: in order, two or more.
        verdict: asked for at most once a version.

    Raises:
        NothingToFind: if the first one is not good or the last one is not bad.
    """
    if len(versions) < 2:
        raise NothingToFind(f"{len(versions)} versions; give a range of two or more")
    for version, wanted in ((versions[0], "good"), (versions[-1], "bad")):
        if (found := verdict(version)) != wanted:
            raise NothingToFind(f"{version} is {_WORDS[found]}; the search needs a {wanted} version there")
    good, bad = 0, len(versions) - 1
    skipped: set[int] = set()
    while left := [place for place in range(good + 1, bad) if place not in skipped]:
        middle = min(left, key=lambda place: abs(2 * place - good - bad))
        found = verdict(versions[middle])
        if found == "good":
            good = middle
        elif found == "bad":
            bad = middle
        else:
            skipped.add(middle)
    return Found(versions[good], versions[good + 1 : bad + 1])
