"""The tasks of the comparison: functions and recorded tables, with spaces of every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.curves.model import Place
from benchmarks.suite.registry import TRAINABLES

#: Task -> its kinds of hyperparameter, in words.
TASKS: Mapping[str, str] = {
    "branin": "continuous",
    "hartmann6": "continuous, six dimensions",
    "mixed-ackley": "continuous, integer, categorical",
    "conditional": "logarithmic, conditional",
    "mnist-convnet": "logarithmic (a recorded table)",
    "digits-mlp": "logarithmic, logarithmic integer, categorical (a recorded table)",
}
EPOCHS = 27  # after which a configuration's value counts


def loss(task: str, repetition: int) -> Callable[[Mapping[str, Any]], float]:
    """Return the function from a configuration to its final value, which is to be minimised.

    Where the curves know their value without noise, it is the one taken: noise belongs to a
    configuration's last digit.
    """
    spec = TRAINABLES[task]
    assert spec.curves is not None, f"{task} has no curves"
    curves = spec.curves(Place(task, repetition, {"noise": np.zeros(())}))
    sign = -1.0 if spec.mode == "max" else 1.0

    def final(config: Mapping[str, Any]) -> float:
        state = curves.start(config)
        for _ in range(EPOCHS):
            epoch = curves.step(state, config, 1.0)
            state = epoch.state
        value = epoch.metrics[spec.metric] if epoch.noise_free is None else epoch.noise_free
        return sign * float(value)

    return final
