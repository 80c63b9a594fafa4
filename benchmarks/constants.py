"""The path by which plug-ins of version 0.1 import these names; new ones import them from ``tunegrid``."""

from benchmarks.suite.constants import (
    Constants,
)

__all__ = [
    "Constants",
]
