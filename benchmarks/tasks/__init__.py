"""Features of the registered tasks, and the sets into which the tasks are divided."""
