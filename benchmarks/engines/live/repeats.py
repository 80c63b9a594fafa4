"""Trainings of a sample that are made twice, to find trainables that are not deterministic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks.curves.live.lineage import Curve

SAMPLE = 3  # curves of a trainable whose first epoch is trained twice


class Repeats:
    """First epochs that were trained twice, and what differed."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()
        self._equal: Counter[str] = Counter()
        self._differs: dict[str, str] = {}

    def wants(self, curve: Curve) -> bool:
        """Return whether this curve's first epoch belongs to the sample, which it then does."""
        if curve.parent is not None or self._asked[curve.subject.trainable] >= SAMPLE:
            return False
        self._asked[curve.subject.trainable] += 1
        return True

    def compare(self, curve: Curve, one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
        """Compare the reports of two trainings of an epoch."""
        names = [name for name in sorted({*one, *other}) if not same(one.get(name), other.get(name))]
        if not names:
            self._equal[curve.subject.trainable] += 1
            return
        name = names[0]
        self._differs.setdefault(
            curve.subject.trainable,
            f"two trainings of configuration {curve.text} differ: {name} was {one.get(name)!r}, then "
            f"{other.get(name)!r}",
        )

    def differing(self, trainable: str) -> str | None:
        """Return what differed; "" if nothing did, None if nothing was trained twice."""
        if trainable in self._differs:
            return self._differs[trainable]
        return "" if self._equal[trainable] else None

    def lines(self) -> list[str]:
        """Return a line for each trainable that is not deterministic."""
        return [
            f"{name} is not deterministic: {how}; its curves are those of one training each"
            for name, how in sorted(self._differs.items())
        ]


def same(one: Any, other: Any) -> bool:
    """Return whether two reported values are equal, to the last bit."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and str(one) == str(other)
