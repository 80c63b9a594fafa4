"""The measured constants that ship: of which task, and what they say of a number of epochs."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.suite.measured import NotMeasured
from benchmarks.suite.registry import TRAINABLES
from benchmarks.trainables._measured import MeasuredConstants

NAMES = ("char-transformer", "fashion-convnet", "load-forecast")

each = pytest.mark.parametrize("name", NAMES)


@each
def test_they_are_of_the_task_and_its_metric(name: str) -> None:
    measured, spec = MeasuredConstants(name).measured, TRAINABLES[name]
    assert (measured.trainable, measured.metric, measured.mode) == (name, spec.metric, spec.mode)
    assert len(measured.values) >= 8
    assert measured.epochs == 9


@each
def test_longer_trainings_have_better_references(name: str) -> None:
    constants, spec = TRAINABLES[name].constants, TRAINABLES[name]
    assert constants is not None
    sign = 1 if spec.mode == "max" else -1
    for part in ("optimum", "baseline"):
        values = sign * np.array([getattr(constants(epochs), part) for epochs in (1, 3, 9)])
        assert (np.diff(values) > 0).all()
    assert sign * constants(9).optimum > sign * constants(9).baseline


@each
def test_beyond_what_was_measured_the_last_reference_counts(name: str) -> None:
    constants = TRAINABLES[name].constants
    assert constants is not None
    assert constants(27) == constants(9) == constants()


def test_a_task_that_was_not_measured_is_named() -> None:
    with pytest.raises(NotMeasured, match=r"nothing\.constants\.toml cannot be read"):
        MeasuredConstants("nothing")()
