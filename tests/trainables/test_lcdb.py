"""LCDB's tasks: a trial's scores and seconds are those of its file, a size an epoch."""

from __future__ import annotations

import csv
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.curves.model import Place
from benchmarks.suite.reference import Reference
from benchmarks.suite.registry import TRAINABLES
from benchmarks.trainables import lcdb

names = pytest.mark.parametrize("data", lcdb.DATASETS)


def need() -> None:
    """Skip the test if the package is not installed."""
    if TRAINABLES["lcdb-ada"].missing():
        pytest.skip("lcdb is not installed")


@names
def test_it_is_listed_whether_the_package_is_there_or_not(data: str) -> None:
    spec = TRAINABLES[f"lcdb-{data}"]
    assert len(spec.space()["learner"].categories) == 20
    assert spec.most_epochs == lcdb.DATASETS[data][1]
    assert spec.constants is not None
    known = spec.constants()
    assert 0.5 < known.baseline < known.optimum < 1


@names
def test_every_learner_has_every_size_on_the_same_splits(data: str) -> None:
    need()
    curves = lcdb.curves_of(data)
    assert curves.valid.shape[:2] == (20, lcdb.DATASETS[data][1])
    assert curves.valid.shape[2] in (20, 25)
    for values in curves:
        assert np.isfinite(values).all()
    assert (curves.seconds > 0).all()


def test_scores_and_seconds_are_those_of_the_file() -> None:
    need()
    wanted = {"ada": "41156", "madelon": "1485"}
    recorded: dict[tuple[str, str, str, str], list[tuple[float, float, float]]] = {}
    with Path(str(distribution("lcdb").locate_file(lcdb.FILE))).open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["openmlid"] in wanted.values() and row["learner"] in (
                "SVC_rbf",
                lcdb.LEARNERS["Perceptron"],
            ):
                key = (row["openmlid"], row["learner"], row["outer_seed"], row["inner_seed"])
                values = (
                    float(row["score_valid"]),
                    float(row["score_test"]),
                    max(1e-4, float(row["traintime"])),
                )
                recorded.setdefault(key, []).append((int(row["size_train"]), *values))  # type: ignore[arg-type]
    for data, number in wanted.items():
        curves: Any = TRAINABLES[f"lcdb-{data}"].curves
        for learner in ("SVC_rbf", "Perceptron"):
            for repetition in (0, 7):
                model = curves(Place(f"lcdb-{data}", repetition, {}))
                state, seen = model.start({"learner": learner}), []
                for _ in range(lcdb.DATASETS[data][1]):
                    state, metrics, seconds = model.step(state, {"learner": learner}, 1)
                    seen.append((metrics["val_accuracy"], metrics["test_accuracy"], seconds))
                theirs = [
                    [row[1:] for row in sorted(rows)]
                    for key, rows in recorded.items()
                    if key[:2] == (number, lcdb.LEARNERS[learner])
                ]
                assert seen in theirs


def test_a_repetition_has_the_same_split_for_all_learners_and_the_mean_is_without_noise() -> None:
    need()
    curves: Any = TRAINABLES["lcdb-gina"].curves
    known = lcdb.curves_of("gina")
    for index, learner in enumerate(list(lcdb.LEARNERS)[:5]):
        for repetition in (0, 3, 28):
            model = curves(Place("lcdb-gina", repetition, {}))
            epoch = model.step(model.start({}), {"learner": learner}, 1)
            assert epoch.metrics["val_accuracy"] == known.valid[index, 0, repetition % known.valid.shape[2]]
            assert epoch.noise_free == pytest.approx(known.valid[index, 0].mean())


def test_the_reference_is_of_the_learners_at_the_size_that_is_asked_for() -> None:
    need()
    constants: Any = TRAINABLES["lcdb-fried"].constants
    for epochs in (1, 10, 24):
        reference = constants.reference(epochs)
        means = lcdb.curves_of("fried").valid[:, epochs - 1].mean(1)
        assert isinstance(reference, Reference)
        assert reference.constants.optimum == pytest.approx(means.max())
        assert reference.size == 20
