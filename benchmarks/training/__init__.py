"""Training: the classifier base, the seeds of trainings, stacked and compiled trainers."""
