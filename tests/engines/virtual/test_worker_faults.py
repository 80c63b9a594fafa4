"""Workers that are not ideal: the distributions are as declared, and the same for whoever trains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.engines.virtual.latency import Latency
from benchmarks.engines.virtual.worker_faults import FaultModel, Workers, _seconds


def outcomes(workers: Workers, count: int = 4000) -> list[tuple[float, float, float]]:
    faults = FaultModel(workers, seed=1)
    drawn = [faults.epoch_outcome(f"t{number}", {"x": number}, 1) for number in range(count)]
    return [(outcome.factor, outcome.dropped, outcome.preempted) for outcome in drawn]


def test_ideal_workers_change_nothing() -> None:
    assert set(outcomes(Workers(4), 10)) == {(1.0, math.inf, math.inf)}


def test_stragglers_are_one_plus_a_folded_normal() -> None:
    late = np.array([factor - 1 for factor, _, _ in outcomes(Workers(4, stragglers=0.5))])
    assert (late >= 0).all()
    # |N(0, s)| has mean s sqrt(2 / pi) and second moment s squared; four standard errors
    assert late.mean() == pytest.approx(0.5 * math.sqrt(2 / math.pi), abs=4 * 0.3 / math.sqrt(4000))
    assert (late**2).mean() == pytest.approx(0.25, abs=4 * 0.36 / math.sqrt(4000))


@pytest.mark.parametrize("field", ["drop_outs", "preemptions"])
def test_what_happens_in_each_second_has_that_probability(field: str) -> None:
    column = {"drop_outs": 1, "preemptions": 2}[field]
    when = np.array([outcome[column] for outcome in outcomes(Workers(4, **{field: 0.1}))])
    for seconds in (1, 5, 20):
        expected = 1 - 0.9**seconds
        allowed = 4 * math.sqrt(expected * (1 - expected) / 4000)
        assert (when <= seconds).mean() == pytest.approx(expected, abs=allowed)


def test_an_epoch_has_the_same_fate_whenever_it_is_trained_and_another_at_the_next_attempt() -> None:
    workers = Workers(4, stragglers=1.0, drop_outs=0.1)
    early, late = FaultModel(workers, seed=1), FaultModel(workers, seed=1)
    late.epoch_outcome("other", {"x": 2.0}, 1)
    first = early.epoch_outcome("t", {"x": 1.0}, 3)
    assert late.epoch_outcome("t", {"x": 1.0}, 3) == first
    assert early.epoch_outcome("t", {"x": 1.0}, 3) != first
    assert FaultModel(workers, seed=2).epoch_outcome("t", {"x": 1.0}, 3) != first


def test_speeds_go_round() -> None:
    faults = FaultModel(Workers(5, speeds=(1.0, 0.5)), seed=1)
    assert [faults.speed(worker) for worker in range(5)] == [1.0, 0.5, 1.0, 0.5, 1.0]


def test_impossible_and_certain() -> None:
    assert _seconds(0.3, 0.0) == math.inf
    assert _seconds(0.3, 1.0) == 0.0


def test_measured_latencies_are_there_and_none_is_nothing() -> None:
    assert Latency.of("none") == Latency()
    measured = Latency.of("measured")
    assert 0 < measured.reset < measured.start < 60
    assert min(measured.save, measured.restore, measured.stop) > 0
