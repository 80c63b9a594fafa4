"""``tunegrid report``: write a run's report, one HTML file."""

from tunegrid.declaration import Command

COMMAND = Command("report", "write a run's report, one HTML file", "benchmarks.report")
