"""``tunegrid recommend``: rank the combinations at a budget."""

from tunegrid.declaration import Command

COMMAND = Command("recommend", "rank the combinations at a budget", "benchmarks.recommend")
