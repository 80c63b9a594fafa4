"""``tunegrid constants``: measure what random configurations of your own trainable reach."""

from tunegrid.declaration import Command

COMMAND = Command(
    "constants", "measure what scores of your own trainable are counted from", "benchmarks.measure"
)
