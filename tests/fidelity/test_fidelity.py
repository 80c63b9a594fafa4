"""The parts of the fidelity certificate that need no cluster."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fidelity.forced import LostTheThread, ScriptedClock
from benchmarks.fidelity.free import Control, distance
from benchmarks.fidelity.incumbents import compare, detectable
from benchmarks.fidelity.runs import experiment_of, virtually


def test_a_scripted_clock_follows_the_script_and_not_the_times() -> None:
    clock, happened = ScriptedClock([[(2, "train"), None], [(1, "train"), (2, "stop")]]), list[str]()
    for when, label in ((1.0, (1, "train")), (5.0, (2, "train")), (0.5, (2, "stop"))):
        clock.plan(when, lambda label=label: happened.append(f"{label[1]} {label[0]}"), label=label)
    assert [clock.next() for _ in range(5)] == [True, False, True, True, False]
    assert happened == ["train 2", "train 1", "stop 2"]


def test_a_script_that_cannot_be_followed_says_where() -> None:
    clock = ScriptedClock([[(1, "save")]])
    clock.plan(1.0, lambda: None, label=(1, "train"))
    with pytest.raises(LostTheThread, match="step 1 of 1: save of actor 1; under way here: train of 1"):
        clock.next()


def test_a_run_is_no_distance_from_itself_and_some_from_one_with_other_costs() -> None:
    e = experiment_of("random", "asha", 12, 9)
    run, again, control = virtually(e), virtually(e), virtually(e, Control)
    assert (distance(run, again).order, distance(run, again).error) == (1.0, 0.0)
    assert distance(run, again).stops == (12, 12)
    assert distance(run, control).order < 0.99 and distance(run, control).error > 0.5


def test_incumbents_that_are_equal_show_no_difference_and_shifted_ones_do() -> None:
    values = np.random.default_rng(1).normal(size=20)
    same = compare(values, values)
    assert (same.equal, same.mean, same.p, same.detectable) == (20, 0.0, 1.0, 0.0)
    shifted = compare(values, values + 1 + 0.1 * np.random.default_rng(2).normal(size=20))
    low, high = shifted.interval
    assert shifted.p < 0.001 and low < -1 < high < 0


def test_the_detectable_difference_is_found_about_four_times_in_five() -> None:
    n, scale, generator = 20, 2.0, np.random.default_rng(3)
    shift = detectable(scale, n)
    found = 0
    for _ in range(2000):
        low, high = compare(generator.normal(shift, scale, n), np.zeros(n)).interval
        found += low > 0 or high < 0
    assert found / 2000 == pytest.approx(0.8, abs=0.05)  # the formula is an approximation
