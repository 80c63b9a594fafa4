"""Comparisons: runs, what may be compared in them, budgets, scores, incumbents, rankings."""
