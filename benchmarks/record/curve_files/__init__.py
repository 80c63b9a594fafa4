"""Learning curves that a user has in a file: readers of formats, and the way to a recorded table."""
