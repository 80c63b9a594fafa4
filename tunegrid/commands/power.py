"""``tunegrid power``: plan how many repetitions a comparison needs."""

from tunegrid.declaration import Command

COMMAND = Command("power", "plan how many repetitions a comparison needs", "results.power")
