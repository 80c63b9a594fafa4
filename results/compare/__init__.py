"""What may be compared: runs, settings, budgets, scores, incumbents."""
