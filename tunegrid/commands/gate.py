"""``tunegrid gate``: decide whether a change made tuning worse."""

from tunegrid.declaration import Command

COMMAND = Command("gate", "decide whether a change made tuning worse", "benchmarks.gate.__main__")
