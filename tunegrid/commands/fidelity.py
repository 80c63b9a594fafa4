"""``tunegrid fidelity``: compare the virtual engine with real Ray."""

from tunegrid.declaration import Command

COMMAND = Command("fidelity", "compare the virtual engine with real Ray", "benchmarks.fidelity.__main__")
