"""``tunegrid compatibility``: run every combination and compare with the rules."""

from tunegrid.declaration import Command

COMMAND = Command(
    "compatibility", "run every combination and compare with the rules", "benchmarks.compatibility.__main__"
)
