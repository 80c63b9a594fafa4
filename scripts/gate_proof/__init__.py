"""The proof that the gate works: false alarms, planted regressions, planted improvements."""
