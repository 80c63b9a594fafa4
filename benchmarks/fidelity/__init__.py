"""Does the virtual engine do what the real one does?  ``python -m benchmarks.fidelity`` finds out."""
