"""The caption of a figure: three lines below it, and all that there is to say for those who ask.

A plot gives sentences: the first says what is drawn, the second what the interval or test is, the last the
settings and n, and those between are in the order of their importance.  Printed are these three, and of the
others those that have room.
``docs/figures.md`` says of each plot how it is read and computed, so that no caption has to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from results.compare.comparison import Comparison
from results.compare.notes import low_recalls
from results.compare.units import unit_in_words
from results.figures.typesetting import short_words, wrap

MOST_LINES = 3
TYPE = 6.8  # size
#: Of a printed caption, inches; a figure without one has it in the text around it.
WIDTH = 7.1


class Caption(NamedTuple):
    """A caption: what is printed, and what has no room, a sentence each."""

    printed: list[str]
    details: list[str]

    @classmethod
    def of(cls, sentences: Sequence[str], width: float = WIDTH) -> Caption:
        """Return the caption of sentences, of which ``most_lines(width)`` lines are printed."""
        known = [short_words(one) for one in sentences if one]
        chosen = {0, min(1, len(known) - 1), len(known) - 1} if known else set()
        for place in range(2, len(known) - 1):
            wanted = " ".join(known[one] for one in sorted(chosen | {place}))
            if len(wrap(wanted, width, TYPE)) <= most_lines(width):
                chosen.add(place)
        return cls(
            [one for place, one in enumerate(known) if place in chosen],
            [one for place, one in enumerate(known) if place not in chosen],
        )

    def lines(self, width: float) -> list[str]:
        """Return the printed lines."""
        return wrap(" ".join(self.printed), width, TYPE) if self.printed else []


def most_lines(width: float) -> int:
    """Return the lines of a caption of a width: on narrow pages more, with about as many words."""
    return max(MOST_LINES, math.ceil(MOST_LINES * WIDTH / width - 0.1))


def closing(comparison: Comparison, n: str = "") -> list[str]:
    """Return what each caption ends with: doubts, what a point of the score is, the settings with ``n``."""
    unit = unit_in_words(comparison) if comparison.scored else ""
    vague = [
        f"The model of {task}'s table finds {recall:.0%} of the best 1 % left out of it."
        for task, recall in low_recalls(comparison.experiments).items()
    ]
    return [*vague, unit.strip(), comparison.caption(n).removesuffix(unit)]
