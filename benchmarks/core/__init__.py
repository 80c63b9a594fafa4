"""What every layer needs: seeds, errors in words, guarded calls, temporary folders, signals, the machine."""
