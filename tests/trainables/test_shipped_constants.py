"""The measured constants that ship: of which task and version, and what they say of a number of epochs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.execution.versions import version_of
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.shipped_constants import ShippedConstants

NAMES = ("char-transformer", "fashion-convnet", "load-forecast", "ppo-acrobot", "ppo-cartpole")

each = pytest.mark.parametrize("name", NAMES)


def declared(name: str) -> Any:
    return TRAINABLES[name].constants


@each
def test_they_are_of_the_task_its_metric_and_its_version(name: str) -> None:
    declaration, spec = declared(name).declaration, TRAINABLES[name]
    assert isinstance(declaration, ShippedConstants)
    measured = declaration.measured
    assert (measured.trainable, measured.metric, measured.mode) == (name, spec.metric, spec.mode)
    assert measured.version == version_of("trainable", name).name, f"again: tunegrid constants {name}"
    assert len(measured.values) >= 8


@each
def test_the_best_known_is_better_than_random_search_and_no_worse_with_more_epochs(name: str) -> None:
    constants, sign = declared(name), 1 if TRAINABLES[name].mode == "max" else -1
    known = [constants(epochs) for epochs in range(1, constants.declaration.measured.epochs + 1)]
    optimum, baseline = (sign * np.array([getattr(k, of) for k in known]) for of in ("optimum", "baseline"))
    assert (optimum > baseline).all()
    assert (np.diff(optimum) >= 0).all() and baseline[-1] > baseline[0]


@each
def test_beyond_what_was_measured_the_last_reference_counts(name: str) -> None:
    constants = declared(name)
    most = constants.declaration.measured.epochs
    assert constants(most + 54) == constants(most) == constants() != constants(1)
