"""The lowest layer: seeds, error texts, guarded calls, temporary folders, signals, the machine."""
