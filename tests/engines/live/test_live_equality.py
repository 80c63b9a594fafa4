"""A sample of what ``scripts/measure_live_equality.py`` compares: rows of ``live`` and ``tune`` are equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.measure_live_equality import EnginePair, compare

PARTS = (
    EnginePair(
        "digits",
        (
            *("--trainables", "digits-mlp", "--searchers", "random", "hyperopt"),
            *("--schedulers", "asha", "hyperband", "pbt", "pbt-replay", "--trials", "6", "--epochs", "6"),
        ),
    ),
    EnginePair(
        "functions",
        (
            *("--trainables", "function", "function-saves", "raises", "--train-size", "0"),
            *("--searchers", "random", "optuna-tpe", "--schedulers", "fifo", "median", "sha"),
            *("--trials", "6", "--epochs", "6"),
        ),
        plugin=True,
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_rows_of_live_are_those_of_tune_to_the_last_bit(part: EnginePair, tmp_path: Path) -> None:
    compared = compare(part, tmp_path)
    assert compared.experiments > 5 and compared.rows > 100
    assert compared.differences == {}
    assert compared.races == []
