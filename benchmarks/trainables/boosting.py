"""Gradient boosting with LightGBM on four tabular data sets of different size and noise.

The tuned metric is the log loss, which LightGBM descends: it differs where accuracies are tied, and shows
when boosting overfits.  Reference values: the best recorded loss and that of random search are in the data
card of the tables.  Published accuracies, on other splits: 0.81 on cells (Hill et al., 2007, a support vector
machine on a test set of its own), about 0.93 on spam (UCI's documentation); none is known of churn and jobs.
"""

from __future__ import annotations

from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._boosted_trees import BoostedTrees, space
from benchmarks.trainables._tabular_data import TABLES, loader

TASKS = {
    "cells": "2,019 images of cells, well segmented or not; noisy",
    "churn": "7,043 customers who leave or stay; very noisy, categories",
    "jobs": "4,331 computing jobs of four durations; categories, classes of unequal size",
    "spam": "4,601 e-mails; little noise",
}


def _task(name: str, what: str) -> type[BoostedTrees]:
    """Register the trainable on a data set; return its class, for this module."""
    table = Recorded(f"boosting-{name}", space)
    place = {"__module__": __name__, "__qualname__": name.title()}
    kind = type(name.title(), (BoostedTrees,), place)
    register = trainable(
        f"boosting-{name}",
        f"LightGBM on {what}",
        space=space,
        load=loader(name),
        curves=table,
        constants=table.constants,
        source=TABLES[name].source,
        metric="val_loss",
        mode="min",
        test_metric="test_loss",
        mutable=("learning_rate", "lambda_l2", "feature_fraction", "bagging_fraction"),
        cheap={"feature_fraction": 0.2, "max_bin": 8},
        provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE}),
        requires=("lightgbm",),
    )
    return register(kind)


for _name, _what in TASKS.items():
    globals()[_name.title()] = _task(_name, _what)
