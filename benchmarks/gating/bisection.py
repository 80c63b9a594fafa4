"""Which version made it worse?  Bisection as git does it: what cannot be tested is skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

Verdict = Literal["good", "bad", "skip"]


class NothingToFind(ValueError):
    """The first version is not good, or the last one is not bad."""


@dataclass(frozen=True)
class Found[T]:
    """What a bisection found.

    Attributes:
        good: the last version that is known to be good.
        suspects: in order; one of them is the first bad one.  The last is known to be bad, all others
            could not be tested; so a single suspect is the answer.
    """

    good: T
    suspects: Sequence[T]


def first_bad(versions: Sequence[T], verdict: Callable[[T], Verdict]) -> Found[T]:
    """Find the first bad version, if all before it are good and all from it on are bad.

    It asks for at most 2 + log2(versions) verdicts, and for one more for each that is skipped.

    Args:
        versions: in order, two or more.
        verdict: asked for at most once a version.

    Raises:
        NothingToFind: if the first one is not good or the last one is not bad.
    """
    if len(versions) < 2:
        raise NothingToFind(f"{len(versions)} versions; give a range of two or more")
    for version, wanted in ((versions[0], "good"), (versions[-1], "bad")):
        if (is_ := verdict(version)) != wanted:
            raise NothingToFind(f"{version} is {_WORDS[is_]}; a bisection begins with a {wanted} one there")
    good, bad, skipped = 0, len(versions) - 1, set[int]()
    while open_ := [place for place in range(good + 1, bad) if place not in skipped]:
        middle = min(open_, key=lambda place: abs(2 * place - good - bad))
        match verdict(versions[middle]):
            case "good":
                good = middle
            case "bad":
                bad = middle
            case "skip":
                skipped.add(middle)
    return Found(versions[good], versions[good + 1 : bad + 1])


_WORDS = {"good": "good", "bad": "bad", "skip": "not to be tested"}
