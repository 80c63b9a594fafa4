"""``tunegrid paper``: rebuild a paper's figures, tables and numbers."""

from tunegrid.declaration import Command

COMMAND = Command("paper", "rebuild a paper's figures, tables and numbers", "results.paper.__main__")
