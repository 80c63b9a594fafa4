"""Displays of a run: lines, a terminal's status, a notebook's cell, JSON lines."""
