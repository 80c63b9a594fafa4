"""Recorded tables of learning curves: files, a model between the configurations, and replay."""
