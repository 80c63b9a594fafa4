"""The ledger: parts of an experiment's time, the columns that hold them, and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple


class LedgerPart(NamedTuple):
    """One part of the time of a driver or of its workers.

    Attributes:
        short: its name beside "driver" or "workers".
        full: its name by itself.
    """

    short: str
    full: str


#: The driver's seconds by column, on its real clock; they add up to the experiment's time.
DRIVER = {
    "suggest_s": LedgerPart("suggest", "searcher: suggest"),
    "decide_s": LedgerPart("decide", "scheduler: decide"),
    "ray_s": LedgerPart("Ray", "Ray Tune"),
    "wait_s": LedgerPart("waiting for trials", "waiting for trials"),
}
#: The workers' seconds by column, on the engine's clock; they add up to workers times the experiment's time.
WORKERS = {"train_s": LedgerPart("training", "training"), "idle_s": LedgerPart("idle", "idle")}


def common(pairs: Sequence[Any], axis: int) -> tuple[list[str], list[str]]:
    """Return which names of an axis can be compared over partners that all of them have, and the partners.

    Of the sets of partners that it tries, in the order of how many have them, it takes the one with the most
    combinations inside.

    Args:
        pairs: (searcher, scheduler) of the combinations that exist.
        axis: 0 to compare searchers over common schedulers, 1 for schedulers over searchers.
    """
    there = {(str(pair[axis]), str(pair[1 - axis])) for pair in pairs}
    often = Counter(partner for _, partner in there)
    order = sorted(often, key=lambda partner: (-often[partner], partner))
    block: tuple[list[str], list[str]] = ([], [])
    names = sorted({name for name, _ in there})
    for count, partner in enumerate(order, 1):
        names = [name for name in names if (name, partner) in there]
        if len(names) > 1 and len(names) * count >= len(block[0]) * len(block[1]):
            block = (names, order[:count])
    return block if block[0] else (sorted({name for name, _ in there}), order)  # nothing is in common
