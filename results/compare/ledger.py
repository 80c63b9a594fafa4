"""The ledger: parts of an experiment's time, the columns that hold them, and their names."""

from __future__ import annotations

from typing import NamedTuple


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
