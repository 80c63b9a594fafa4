"""The commands of ``tunegrid``: one module each, which declares it."""

from __future__ import annotations

from importlib import import_module

from tunegrid.declaration import Command

#: In the order in which they are used.
ORDER = (
    *("run", "list", "status", "curves", "constants"),
    *("figures", "report", "tables", "recommend", "power", "pairing"),
    *("gate", "compatibility", "fidelity", "parity", "record", "paper"),
)


def command(name: str) -> Command:
    """Return a command by its name, one of ``ORDER``."""
    declared: Command = import_module(f"{__name__}.{name}").COMMAND
    return declared
