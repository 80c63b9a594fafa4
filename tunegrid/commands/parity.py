"""``tunegrid parity``: compare searchers with their libraries."""

from tunegrid.declaration import Command

COMMAND = Command("parity", "compare searchers with their libraries", "benchmarks.parity.__main__")
