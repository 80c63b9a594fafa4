"""``tunegrid run``: run a grid of experiments."""

from tunegrid.declaration import Command

COMMAND = Command("run", "run a grid of experiments", "benchmarks.run", main="run", parser="run_parser")
