"""Engines: what executes one experiment."""
