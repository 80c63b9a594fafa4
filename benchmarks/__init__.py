"""The parts that run experiments: registry, grid, driver, engines and trainables."""

import os

# Ray reads these when it is first imported, so they stand before every import of it.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no network at run time
# Ray binds to loopback only if it believes that it cannot have a cluster (its default off Linux).
os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
