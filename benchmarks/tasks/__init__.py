"""What the registered tasks are like: their features, and the sets into which they are divided."""
