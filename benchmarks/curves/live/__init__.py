"""Curves of real trainings, each made once."""
