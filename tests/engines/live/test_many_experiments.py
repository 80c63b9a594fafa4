"""Many experiments on one curve server at the same time, with lineages that cross."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from helpers.live_server import TIMED, Live

from benchmarks.curves.live.lineage import Subject
from benchmarks.curves.model import Place
from benchmarks.engines.live.client import Trained, TrainedCurves
from benchmarks.engines.live.messages import Source
from benchmarks.suite.registry import TRAINABLES

SUBJECT = Subject(TIMED, "content", "cpu", 0.0, 0)
CONFIGS = [{"x": float(x), "y": float(y)} for x in (-2, 3) for y in (1, 5)]
EXPERIMENTS, TRIALS = 6, 8

#: What was seen: the loss and the seconds after an epoch of a curve.
Seen = dict[tuple[str, int], tuple[float, float]]


def experiment(address: str, seed: int) -> tuple[Seen, Seen]:
    """Train trials whose configurations change now and then; return what was given, and what is right."""
    chance = random.Random(seed)
    curves = TrainedCurves(Source(address, "content"), SUBJECT, lambda account, call, *rest: call(*rest))
    formula: Any = TRAINABLES[TIMED].curves(Place(TIMED, 0, {}))  # type: ignore[misc]
    given: Seen = {}
    right: Seen = {}
    for _ in range(TRIALS):
        state, truth, config = Trained(), formula.start({}), chance.choice(CONFIGS)
        for _ in range(chance.randint(1, 9)):
            if chance.random() < 0.2:  # as a population's trial
                config = chance.choice(CONFIGS)
            state, report, cost = curves.step(state, config, 1.0)
            truth, metrics, seconds = formula.step(truth, config, 1.0)
            assert state.curve is not None
            given[state.curve.key, state.epoch] = report["loss"], cost
            right[state.curve.key, state.epoch] = metrics["loss"], seconds
    return given, right


@pytest.mark.parametrize(
    "most_bytes",
    [pytest.param(1, marks=pytest.mark.slow), 300, 2**30],
    ids=["no-checkpoints", "few", "all"],
)
@pytest.mark.parametrize("trainers", [1, 3])
def test_every_epoch_is_right_and_trained_once(live: Live, trainers: int, most_bytes: int) -> None:
    live.stop()
    live.start(most_bytes=most_bytes, trainers=trainers)
    with ThreadPoolExecutor(EXPERIMENTS) as pool:
        told = list(pool.map(experiment, [live.address] * EXPERIMENTS, range(EXPERIMENTS)))
    everything: Seen = {}
    for given, right in told:
        assert given == right
        everything |= given
    counts = live.server.trainings.counts
    assert counts.trained == len(everything)
    assert (counts.again == 0) is (most_bytes == 2**30)
