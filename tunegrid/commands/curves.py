"""``tunegrid curves``: show what a folder of curves has."""

from tunegrid.declaration import Command

COMMAND = Command("curves", "show what a folder of trained curves has", "benchmarks.curves.live.__main__")
