"""The choice of few tasks, on made-up ranks in which it is known which tasks tell."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tasks.small_set import agreement, ceiling, family_weights, greedy, ranks_of, validated
from results.types import Floats

COMBINATIONS, TASKS, REPETITIONS = 12, 20, 6
WEIGHTS, ALONE = np.full(TASKS, 1 / TASKS), [f"family{task}" for task in range(TASKS)]


def losses(telling: int, seed: int = 0) -> Floats:
    """Return losses of tasks, of which the first ``telling`` show how good combinations are."""
    chance = np.random.default_rng(seed)
    good = np.linspace(0, 1, COMBINATIONS)
    noise = chance.normal(0, 0.2, (REPETITIONS, TASKS, COMBINATIONS))
    shown = np.where(np.arange(TASKS)[:, None] < telling, good, 0)
    return shown + noise


def test_ranks_begin_at_1_share_ties_and_put_what_has_no_value_last() -> None:
    ranks = ranks_of(np.array([[[0.5, np.nan, 0.1, 0.5]]]))
    assert ranks.tolist() == [[[2.5, 4, 1, 2.5]]]


def test_every_family_weighs_the_same() -> None:
    weights = family_weights(["a", "b", "b", "b", "c"])
    assert weights.sum() == pytest.approx(1)
    assert weights[0] == pytest.approx(weights[1:4].sum()) == pytest.approx(weights[4])


def test_the_subset_nears_the_ranking_over_all_tasks_and_has_none_twice() -> None:
    ranks = ranks_of(losses(telling=5)).mean(0)
    chosen = greedy(ranks, WEIGHTS, ALONE, TASKS + 5)
    assert sorted(chosen) == list(range(TASKS))
    whole = WEIGHTS @ ranks

    def apart(tasks: list[int]) -> float:
        return float(((ranks[tasks].mean(0) - whole) ** 2).mean())

    assert apart(chosen[:1]) == min(apart([task]) for task in range(TASKS))
    assert apart(chosen[:6]) < 0.5 * apart(chosen[:1])


def test_each_family_comes_once_before_any_comes_twice() -> None:
    ranks = ranks_of(losses(telling=5)).mean(0)
    families = [f"family{task // 5}" for task in range(TASKS)]
    chosen = greedy(ranks, WEIGHTS, families, 8)
    assert len({families[task] for task in chosen[:4]}) == 4
    assert len(set(chosen)) == 8


def test_held_out_agreement_is_below_what_was_seen_and_beats_chance() -> None:
    ranks = ranks_of(losses(telling=TASKS))
    few, many = validated(ranks, WEIGHTS, ALONE, [2, 10], rounds=10)
    assert few.size == 2
    assert few.seen >= few.repetitions > 0.5
    assert many.repetitions > few.drawn
    assert many.drawn > few.drawn
    assert 0.5 < ceiling(ranks, WEIGHTS) <= 1


def test_rankings_without_order_agree_with_nothing() -> None:
    assert agreement(np.ones(4), np.arange(4.0)) == 0
