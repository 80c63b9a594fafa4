"""``tunegrid figures``: draw the figures of a run."""

from tunegrid.declaration import Command

COMMAND = Command("figures", "draw the figures of a run", "results.figures")
