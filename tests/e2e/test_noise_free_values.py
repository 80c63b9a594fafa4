"""The noise-free values of results are those of the curves on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.testing.cluster import Lab, open_lab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with open_lab() as opened:
        yield opened


def values(outcome: Outcome) -> dict[tuple[str, int], tuple[float, float]]:
    return {(row["config"], row["epoch"]): (row["loss"], row["noise_free"]) for row in outcome.results}


def test_both_engines_store_the_same(lab: Lab) -> None:
    asked = Experiment("branin", "random", "fifo", trials=4, epochs=4, workers=2)
    real, simulated = lab.once(asked), virtually(asked)
    assert real.status == "ok", real.row["reason"]
    assert values(real) == values(simulated) and len(values(real)) == 16
    for column in ("noise_free", "baseline", "optimum", "random_values", "random_size"):
        assert real.row[column] == simulated.row[column]
    assert real.row["random_seconds"] is None  # the curves' seconds, which no clock has counted


def test_a_population_that_copies_weights_stores_it_too(lab: Lab) -> None:
    outcome = lab.once(Experiment("branin", "random", "pbt", trials=4, epochs=6, workers=2))
    assert outcome.status == "ok", outcome.row["reason"]
    assert all(isinstance(row["noise_free"], float) for row in outcome.results)
