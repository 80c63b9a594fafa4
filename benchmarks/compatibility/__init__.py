"""The compatibility probe: runs every combination for real, however the rules answer, and compares."""
