"""An experiment: one Tune run as a frozen value with an order-free content key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from benchmarks.core.seeding import canonical
from results.store.fields import ADDED, DEFAULTS, FIELDS

Device = Literal["cpu", "gpu"]
EngineName = Literal["tune", "virtual", "live"]


@dataclass(frozen=True, order=True)
class Experiment:
    """The unit that is run, stored and resumed.

    ``results.store.fields`` declares the fields with their meaning, unit and default; here they have their
    static types, in the same order.
    """

    trainable: str
    searcher: str
    scheduler: str
    device: Device = DEFAULTS["device"]
    trials: int = DEFAULTS["trials"]
    epochs: int = DEFAULTS["epochs"]
    workers: int = DEFAULTS["workers"]
    repetition: int = DEFAULTS["repetition"]
    data: str = DEFAULTS["data"]
    train_size: int = DEFAULTS["train_size"]
    gpus_per_trial: float = DEFAULTS["gpus_per_trial"]
    shared_initial_points: int = DEFAULTS["shared_initial_points"]
    max_failures: int = DEFAULTS["max_failures"]
    time_budget: float = DEFAULTS["time_budget"]
    engine: EngineName = DEFAULTS["engine"]
    latency: str = DEFAULTS["latency"]
    charge_overhead: str = DEFAULTS["charge_overhead"]
    stragglers: float = DEFAULTS["stragglers"]
    drop_outs: float = DEFAULTS["drop_outs"]
    preemptions: float = DEFAULTS["preemptions"]
    speeds: str = DEFAULTS["speeds"]
    startup: str = DEFAULTS["startup"]
    known_results: str = DEFAULTS["known_results"]
    first_configuration: str = DEFAULTS["first_configuration"]
    budget: float = DEFAULTS["budget"]

    def __post_init__(self) -> None:
        # Equal values must have equal keys: 1 and 1.0 are written differently.
        for field in FIELDS:
            if field.type is float:
                object.__setattr__(self, field.name, float(getattr(self, field.name)))

    @property
    def row(self) -> dict[str, Any]:
        """The fields as columns of the store."""
        return {field.column: getattr(self, field.name) for field in FIELDS}

    @cached_property
    def key(self) -> str:
        """16 hexadecimal digits that depend on the fields' values alone, not on their order."""
        content = {column: value for column, value in self.row.items() if ADDED.get(column) != value}
        return hashlib.sha256(canonical(content).encode()).hexdigest()[:16]

    @property
    def combination(self) -> str:
        """``searcher x scheduler``, for people."""
        return f"{self.searcher} x {self.scheduler}"

    @property
    def title(self) -> str:
        """The experiment in a line, for people: ``digits-mlp random x asha cpu #0``.

        Unless there are as many workers as usual, their number stands at the end: ``... #0 w16``.
        """
        workers = "" if self.workers == DEFAULTS["workers"] else f" w{self.workers}"
        return f"{self.trainable} {self.combination} {self.device} #{self.repetition}{workers}"

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Experiment:
        """Return the experiment of a stored row; other columns are ignored.

        A column that an older store lacks, or that is null, has its default.

        Raises:
            KeyError: if the row lacks a column that every store has.
        """
        return cls(
            **{
                field.name: row[field.column]
                for field in FIELDS
                if field.column not in ADDED or _known(row.get(field.column))
            }
        )


def _known(value: Any) -> bool:
    """Return whether a stored value is there; a null is None, or NaN as pandas reads it."""
    return value is not None and value == value
