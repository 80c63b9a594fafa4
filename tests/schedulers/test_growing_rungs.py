"""PASHA: the soft ranking, its epsilon, and the rung that opens."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from helpers.stage import Part, played
from hypothesis import given
from hypothesis import strategies as st

from schedulers._growing_rungs import GrowingRungs, RankingNoise, order_is_stable

values = st.sampled_from([-math.inf, 0.0, 0.25, 0.5, 0.6, 1.0])


def groups_are_kept(top: list[str], below: list[tuple[str, float]], epsilon: float) -> bool:
    """Say the same with the groups of the paper: from each place to both sides, as far as epsilon reaches."""
    for place, trial in enumerate(top):
        group = {below[place][0]}
        for side in (range(place + 1, len(below)), range(place - 1, -1, -1)):
            for other in side:
                name, value = below[other]
                if value != below[place][1] and not abs(value - below[place][1]) <= epsilon:
                    break
                group.add(name)
        if trial not in group:
            return False
    return True


@given(st.lists(values, min_size=1, max_size=6), st.sampled_from([0.0, 0.1, 0.3, 2.0]), st.randoms())
def test_soft_ranking_is_that_of_groups(below: list[float], epsilon: float, shuffled: object) -> None:
    ranked = [(f"t{n}", value) for n, value in enumerate(sorted(below, reverse=True))]
    top = [name for name, _ in ranked]
    shuffled.shuffle(top)  # type: ignore[attr-defined]
    assert order_is_stable(top, ranked, epsilon) == groups_are_kept(top, ranked, epsilon)


def test_trials_within_epsilon_may_swap_and_others_may_not() -> None:
    below = [("a", 0.9), ("b", 0.89), ("c", 0.5)]
    assert order_is_stable(["b", "a", "c"], below, 0.01 + 1e-9)
    assert not order_is_stable(["b", "a", "c"], below, 0.0)
    assert not order_is_stable(["a", "c", "b"], below, 0.1)


def crossings(curves: dict[str, list[float]], bottom: int, top: int) -> list[float]:
    """Return the distances of the pairs that cross and cross back, by going through all epochs."""
    found = []
    for one, other in itertools.combinations(curves.values(), 2):
        last = min(len(one), len(other), top)
        if last <= bottom:
            continue
        order = one[last - 1] > other[last - 1]
        opposite = back = False
        for epoch in range(last - 2, -1, -1):
            if one[epoch] == other[epoch]:
                continue
            opposite |= (one[epoch] > other[epoch]) != order
            back |= opposite and (one[epoch] > other[epoch]) == order
        if back and one[last - 1] != other[last - 1]:
            found.append(abs(one[last - 1] - other[last - 1]))
    return found


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), min_size=1, max_size=9), min_size=1, max_size=6),
    st.sampled_from([(1, 3), (3, 9)]),
    st.sampled_from([0, 50, 90, 100]),
)
def test_epsilon_is_the_percentile_of_the_distances_of_curves_that_cross_back(
    curves: list[list[float]], rungs: tuple[int, int], percentile: float
) -> None:
    noise = RankingNoise(percentile)
    for n, curve in enumerate(curves):
        for epoch, value in enumerate(curve, 1):
            noise.add(f"t{n}", epoch, value)
    distances = crossings({f"t{n}": curve for n, curve in enumerate(curves)}, *rungs)
    expected = float(np.percentile(distances, percentile)) if distances else 0.0
    assert noise.epsilon(*rungs) == pytest.approx(expected)


def test_epsilon_stays_where_no_curves_cross_back_any_more() -> None:
    noise = RankingNoise(90)
    for name, curve in {"a": [0.1, 0.3, 0.5], "b": [0.0, 0.4, 0.4]}.items():
        for epoch, value in enumerate(curve, 1):
            noise.add(name, epoch, value)
    assert noise.epsilon(1, 3) == pytest.approx(0.1)
    assert noise.epsilon(3, 9) == pytest.approx(0.1)


def test_stable_order_trains_nobody_beyond_the_second_rung_but_the_best_at_last() -> None:
    log = played("pasha", [Part([n / 30 + 0.001 * epoch for epoch in range(27)]) for n in range(27)], 27)
    lengths = {name: max(epoch for one, epoch, _ in log if one == name) for name, *_ in log}
    assert sorted(set(lengths.values())) == [1, 3, 27]
    assert [name for name, length in lengths.items() if length == 27] == ["t26"]


def test_unstable_order_opens_the_next_rung() -> None:
    rungs = GrowingRungs((1, 3, 9), 2, 90)
    for name, value in (("a", 0.4), ("b", 0.3), ("c", 0.2), ("d", 0.1)):
        rungs.enter(name)
        rungs.report(name, 1, value)
    assert rungs.judge(more=True).promoted == ["a", "b"]
    rungs.report("a", 3, 0.5)
    assert rungs.top == 1  # one trial alone is in order
    rungs.report("b", 3, 0.6)  # it has overtaken the other
    assert rungs.top == 2
    assert rungs.judge(more=True).promoted == ["b"]
    rungs.report("b", 9, 0.7)
    assert rungs.judge(more=True).promoted == []  # the top rung is closed


def test_where_the_order_is_never_stable_trials_are_promoted_to_the_end() -> None:
    # The order at epoch 3 is that at epoch 1 upside down, and at epoch 9 that of epoch 1 again.
    curves = [[n / 100] * 2 + [-n / 100] * 6 + [n / 100] * 2 for n in range(81)]
    log = played("pasha", [Part(curve) for curve in curves], 10)
    assert sum(decision == "END" for *_, decision in log) > 1


def test_best_trial_that_is_left_trains_to_the_end() -> None:
    rungs = GrowingRungs((1, 3, 9), 3, 90)
    for name, value in (("a", 0.1), ("b", 0.2)):
        rungs.enter(name)
        rungs.report(name, 1, value)
    rungs.leave("b")
    decision = rungs.judge(more=False)
    assert (decision.promoted, decision.dropped) == (["a"], [])
    assert not rungs.report("a", 9, 0.1)  # no rung stops it any more
