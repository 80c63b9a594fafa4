"""The execution of a grid: driver, answers, data, progress, provenance."""
