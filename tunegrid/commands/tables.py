"""``tunegrid tables``: write a run's tables."""

from tunegrid.declaration import Command

COMMAND = Command("tables", "write a run's tables", "results.tables.__main__")
