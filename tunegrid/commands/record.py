"""``tunegrid record``: record learning curves for a table."""

from tunegrid.declaration import Command

COMMAND = Command("record", "record learning curves for a table", "benchmarks.record.__main__")
