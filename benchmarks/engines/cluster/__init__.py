"""Engines on a Ray cluster that others have started."""
