"""Declaration of a claim: what is quoted, how it is tested, and which result means what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from matplotlib.figure import Figure

from scripts.claims.cells import Cells

Conclusion = Literal["confirmed", "not confirmed", "undecided"]

LEAST = 30  # repetitions of a published result
SPACING = 1_000  # between the first repetitions of two claims, which thus share no seed

PAIRED = (
    "Hodges-Lehmann estimate of the paired difference, and the interval that the exact signed-rank test "
    "does not reject"
)


#: The test metric of claims on tables and functions.
TESTED = "accuracy on the test images of the chosen configuration; on functions its loss without noise"


@dataclass(frozen=True)
class ClaimEvidence:
    """What the experiments of a claim gave.

    Attributes:
        cells: by which the verdict is reached: intervals of differences, positive where the claim's side is
            better.
        beside: the same cells by the test metric (tables) or without noise (functions), where it is known.
        others: number of further intervals in the claim's tables; all hold together.
        found: sentences, with figures and intervals.
        tables: Markdown, each with its title.
        figure: drawn of the same intervals.
        facts: what the rule needs besides the cells, by name.
    """

    cells: Cells
    beside: Cells
    found: str
    tables: dict[str, str]
    figure: Figure
    others: int = 0
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """A claim, and the rule of its verdict, which stands before the data.

    Attributes:
        title: of the section.
        said: the claim; what is in quotation marks is its authors' wording.
        place: paper, section or page.
        setting: what is run, and what differs from where it is claimed.
        confirmed, refuted: the result that means "confirmed" and "not confirmed"; all else is "undecided".
        rule: the same in code; of a claim's cells and facts.
        unit: of the differences and of their margins.
        tested: the test metric, or why there is none.
        control: what the comparison is held against.
        measure: carries out the experiments, given the repetitions.
        interval: how the intervals are made.
    """

    title: str
    said: str
    place: str
    setting: str
    confirmed: str
    refuted: str
    rule: Callable[[Cells, dict[str, float]], Conclusion]
    unit: str
    tested: str
    control: str
    measure: Callable[[range], ClaimEvidence]
    interval: str = PAIRED


def repetitions_of(name: str, count: int) -> range:
    """Return the repetitions of the claim ``c5_...``, which no other claim has."""
    first = SPACING * number(name)
    return range(first, first + count)


def number(name: str) -> int:
    """Return 5 for ``c5_twice_the_budget``."""
    return int(name.partition("_")[0].removeprefix("c"))
