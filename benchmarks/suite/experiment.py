"""An experiment: one Tune run as a frozen value with an order-free content key."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, Literal

from benchmarks.core.seeding import canonical

Device = Literal["cpu", "gpu"]
Engine = Literal["tune", "virtual"]

#: Fields that older stores lack, and what held then; at that value they change no key, so old runs resume.
ADDED = {
    "same_start": 0,
    "max_failures": 0,
    "time_budget": 0.0,
    "latency": "none",
    "charge_overhead": "none",
    "stragglers": 0.0,
    "drop_outs": 0.0,
    "preemptions": 0.0,
    "speeds": "1",
}


@dataclass(frozen=True, order=True)
class Experiment:
    """The unit that is run, stored and resumed.

    Attributes:
        trainable, searcher, scheduler: names in the registry.
        device: where the trials train.
        trials: configurations asked of the searcher.
        epochs: the most epochs that one trial may train.
        workers: trials that train at the same time.
        repetition: 0, 1, 2, ...; fixes every seed.
        data: "subset" (shipped) or "full".
        train_size: use at most the first so many training examples; 0 = all.
        gpus_per_trial: share of a GPU for each trial; 0 on the CPU.
        same_start: the first so many configurations are the same for every searcher.
        max_failures: how often a trial that fails is tried again from its last checkpoint; -1 = always.
        time_budget: seconds on the engine's clock after which the experiment ends; 0 = it has time.
        engine: what executes it.
        latency: virtual engine: profile of what Tune's own steps take.
        charge_overhead: virtual engine: "measured" lets what searcher and scheduler need pass on the clock.
        stragglers, drop_outs, preemptions, speeds: virtual engine: how workers differ from the ideal; see
            ``engines.virtual.worker_faults``.
    """

    trainable: str
    searcher: str
    scheduler: str
    device: Device = "cpu"
    trials: int = 8
    epochs: int = 9
    workers: int = 2
    repetition: int = 0
    data: str = "subset"
    train_size: int = 0
    gpus_per_trial: float = 0.0
    same_start: int = 0
    max_failures: int = 0
    time_budget: float = 0.0
    engine: Engine = "tune"
    latency: str = "none"
    charge_overhead: str = "none"
    stragglers: float = 0.0
    drop_outs: float = 0.0
    preemptions: float = 0.0
    speeds: str = "1"

    def __post_init__(self) -> None:
        # Equal values must have equal keys: 1 and 1.0 are written differently.
        for name in ("gpus_per_trial", "time_budget", "stragglers", "drop_outs", "preemptions"):
            object.__setattr__(self, name, float(getattr(self, name)))

    @cached_property
    def key(self) -> str:
        """16 hexadecimal digits that depend on the fields' values alone, not on their order."""
        content = {name: value for name, value in asdict(self).items() if ADDED.get(name) != value}
        return hashlib.sha256(canonical(content).encode()).hexdigest()[:16]

    @property
    def combination(self) -> str:
        """``searcher x scheduler``, for people."""
        return f"{self.searcher} x {self.scheduler}"

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Experiment:
        """Rebuild an experiment from a stored row, ignoring the columns that are not its own.

        What an older store does not have yet is as it was then.

        Raises:
            KeyError: if the row lacks any other field.
        """
        own = {f.name: row[f.name] for f in fields(cls) if f.name not in ADDED}
        added = {name: row[name] for name in ADDED if row.get(name) is not None}
        return cls(**own, **added)
