"""Differences in the metric's own unit and in validation examples, where their number is stored."""

from __future__ import annotations

import pandas as pd
import pytest

from results.compare.units import difference_in_words, examples_val


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (2 / 360, "0.0056 val_accuracy (2 validation examples)"),
        (-1 / 360, "-0.0028 val_accuracy (1 validation example)"),
        (0.0004, "0.0004 val_accuracy (0.1 validation examples)"),
    ],
)
def test_a_share_of_examples_is_told_in_examples(difference: float, words: str) -> None:
    rows = pd.DataFrame({"metric": ["val_accuracy"] * 2, "examples_val": [360, 360]})
    assert difference_in_words(rows, difference) == words


def test_what_is_no_share_or_is_older_has_its_metric_only() -> None:
    loss = pd.DataFrame({"metric": ["loss"], "examples_val": pd.array([None], dtype="Int64")})
    assert difference_in_words(loss, 0.25) == "0.25 loss"
    assert examples_val(pd.DataFrame({"metric": ["loss"]})) is None
