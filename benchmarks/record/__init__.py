"""Recording learning curves of real training: the design, the trainers, the files."""
