"""HPOBench's tables of a multi-layer perceptron on eight OpenML data sets."""

from __future__ import annotations

from benchmarks.trainables._tabular import tasks

DATASETS = ("australian", "blood_transfusion", "car", "credit_g", "kc1", "phoneme", "segment", "vehicle")
VALUES = {"alpha": 10, "batch_size": 10, "depth": 3, "learning_rate_init": 10, "width": 10}

globals().update(
    tasks("HPOBench", DATASETS, VALUES, "HPOBench (Eggensperger et al., arXiv 2109.06716), Apache-2.0")
)
