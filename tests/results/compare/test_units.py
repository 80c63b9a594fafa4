"""Differences in the metric's own unit and in validation examples, where their number is stored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.synthetic import make_run

from results import load
from results.compare.grouping import comparisons
from results.compare.units import difference_in_words, examples_in_words, examples_val, unit_in_words


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


def test_captions_say_what_a_point_and_an_example_are(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 2, 2, 2, clean=True))
    for many, said in (
        (None, " One point of the score is 0.0018 val_accuracy."),
        (
            360,
            " One point of the score is 0.0018 val_accuracy. One of 360 validation examples is 0.0028 "
            "val_accuracy or 1.5 points.",
        ),
    ):
        examples = pd.array([many] * len(run.experiments), dtype="Int64")
        [found] = comparisons(run.only(run.experiments.assign(examples_val=examples)), scored=True)
        assert unit_in_words(found) == said and found.caption().endswith(said)
        assert examples_in_words(found.experiments, 0.0056) == ("2 validation examples" if many else "")


def test_over_several_tasks_there_is_no_unit(tmp_path: Path) -> None:
    for task in ("a", "b"):
        make_run(tmp_path, 2, 2, 2, clean=True, trainable=task)
    [found] = comparisons(load(tmp_path), scored=True)
    assert unit_in_words(found) == ""


def test_what_is_no_share_or_is_older_has_its_metric_only() -> None:
    loss = pd.DataFrame({"metric": ["loss"], "examples_val": pd.array([None], dtype="Int64")})
    assert difference_in_words(loss, 0.25) == "0.25 loss"
    assert examples_val(pd.DataFrame({"metric": ["loss"]})) is None
