"""``tunegrid status``: show what a run has answered, what is left, and how to resume it."""

from tunegrid.declaration import Command

COMMAND = Command(
    "status", "show what a run has answered, what is left, and how to resume it", "benchmarks.status"
)
