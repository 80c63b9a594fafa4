"""The path by which plug-ins of version 0.1 import these names; new ones import them from ``tunegrid``."""

from benchmarks.core.seeding import (
    derive,
    trial_seed,
)

__all__ = [
    "derive",
    "trial_seed",
]
