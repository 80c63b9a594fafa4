"""Compatibility probe: runs of every combination, compared with the rules."""
