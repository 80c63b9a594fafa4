"""The latencies of Tune's own steps, none or as measured (``latency.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Latency:
    """Seconds that Tune's steps take besides training.

    Attributes:
        start: until a new actor is there; ``reset``: until one that is there has become another trial.
        save, restore: a checkpoint; ``stop``: until an actor is gone.
    """

    start: float = 0.0
    reset: float = 0.0
    save: float = 0.0
    restore: float = 0.0
    stop: float = 0.0

    @classmethod
    def of(cls, profile: str) -> Latency:
        """Return a profile by name: "none", or one that was measured (``measured``).

        Raises:
            KeyError: for another name.
        """
        if profile == "none":
            return cls()
        path = Path(__file__).with_name("latency.toml")
        return cls(**{f.name: float(tomllib.loads(path.read_text())[profile][f.name]) for f in fields(cls)})
