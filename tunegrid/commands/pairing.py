"""``tunegrid pairing``: show how much variance shared seeds remove."""

from tunegrid.declaration import Command

COMMAND = Command("pairing", "show how much variance shared seeds remove", "results.pairing")
