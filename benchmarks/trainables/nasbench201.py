"""NAS-Bench-201's tables of cells on three image data sets."""

from __future__ import annotations

from benchmarks.trainables._tabular import tasks

DATASETS = ("cifar10", "cifar100", "imagenet")
OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
VALUES = {f"Op{edge}": OPERATIONS for edge in range(6)}

globals().update(
    tasks("NASBench201", DATASETS, VALUES, "NAS-Bench-201 (Dong and Yang, arXiv 2001.00326), MIT")
)
