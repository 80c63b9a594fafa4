"""Bisection as in git: the first bad version, with untestable versions skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

VersionVerdict = Literal["good", "bad", "skip"]


class NoStart(ValueError):
    """The first version is not good."""


@dataclass(frozen=True)
class FirstBad:
    """The result of a bisection.

    Attributes:
        good: the last version that is known to be good.
        suspects: in order; one of them is the first bad one, if there is any.  Only the last of them may be
            known to be bad, all others could not be tested.  None if the last version is good.
        bad: whether the last suspect is known to be bad; then a single suspect is the answer.
    """

    good: str
    suspects: Sequence[str]
    bad: bool = True


def first_bad(versions: Sequence[str], verdict: Callable[[str], VersionVerdict]) -> FirstBad:
    """Find the first bad version, if all before it are good and all from it on are bad.

    It asks for the ends, then for the middle of what is left, or for the nearest to it that can be tested.

    Args:
        versions: in order, two or more.
        verdict: asked for at most once a version.

    Raises:
        NoStart: if the range is empty, or its first version is not good.
    """
    if len(versions) < 2:
        raise NoStart(f"{len(versions)} versions; give a range of two or more")
    first, last = versions[0], versions[-1]
    if verdict(first) != "good":
        raise NoStart(f"{first} is not good; begin with a version that is")
    end = verdict(last)
    if end != "bad":
        return FirstBad(last, [], bad=False) if end == "good" else FirstBad(first, versions[1:], bad=False)
    good, bad = 0, len(versions) - 1
    skipped: set[int] = set()
    while left := [index for index in range(good + 1, bad) if index not in skipped]:
        middle = min(left, key=lambda index: abs(2 * index - good - bad))
        answer = verdict(versions[middle])
        if answer == "good":
            good = middle
        elif answer == "bad":
            bad = middle
        else:
            skipped.add(middle)
    return FirstBad(versions[good], versions[good + 1 : bad + 1])
