"""The proof's own arithmetic: gates drawn from pools, and what is said of many."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from helpers.gate_sides import noise, side
from numpy.typing import NDArray
from scipy import stats

from benchmarks.gate import Settings, compare
from results.gate.family import Hypothesis, family
from results.gate.pairs import score_difference
from results.gate.procedure import Procedure
from results.statistics.bootstrap import Interval
from scripts.gate_proof.gates import Gate, decide, joined, loss, simulate, summary
from scripts.gate_proof.page import page
from scripts.gate_proof.pools import SidePool
from scripts.gate_proof.shapes import SHAPES, ShapeRates, rates
from scripts.planted.plans import COLLAPSES, IMPROVEMENTS, REGRESSIONS, SAME

N = 24
SETTINGS = Settings(stages=(4, 8), margins={"branin": 5.0, "levy": 5.0})
QUANTITIES = ("score",)
LOSS = Interval(1.5, -0.5, 3.5)


def pools(loss: float) -> tuple[SidePool, SidePool]:
    scores = noise(0, N)
    return SidePool(side("old", scores)), SidePool(side("new", scores - loss))


def hypotheses(pool: SidePool) -> tuple[list[Hypothesis], Mapping[str, float]]:
    return family(pool.cells, SETTINGS.margins, SETTINGS.quantities), SETTINGS.margins


def gates(loss: float, *, paired: bool, count: int = 6) -> list[Gate]:
    chance = np.random.default_rng(0)
    found = simulate(*pools(loss), QUANTITIES, count, paired=paired, chance=chance, settings=SETTINGS)
    return list(found)


def test_with_the_same_seeds_the_same_code_passes_and_a_loss_fails() -> None:
    assert {gate.verdict for gate in gates(0.0, paired=True)} == {"pass"}
    worse = gates(30.0, paired=True)
    assert {gate.verdict for gate in worse} == {"fail"}
    assert {gate.failed for gate in worse} == {frozenset({"score"})}


def test_with_other_seeds_no_repetition_is_in_both_arms() -> None:
    drawn: list[set[int]] = []

    class Watched(SidePool):
        def draw(self, repetitions: NDArray[np.int64]) -> pd.DataFrame:
            drawn.append(set(repetitions.tolist()))
            return super().draw(repetitions)

    pool = Watched(side("old", noise(0, N)))
    list(
        simulate(pool, pool, QUANTITIES, 3, paired=False, chance=np.random.default_rng(0), settings=SETTINGS)
    )
    for one, other in zip(drawn[::2], drawn[1::2], strict=True):
        assert len(one | other) == 16
    with pytest.raises(ValueError, match="a gate draws 80"):
        list(simulate(pool, pool, QUANTITIES, 1, paired=False, chance=np.random.default_rng(0)))


@pytest.mark.parametrize("loss", [0.0, 2.0, 8.0])
def test_a_simulated_gate_decides_as_the_gate_does(loss: float) -> None:
    old, new = side("old", noise(0, 8)), side("new", noise(1, 8) - loss)
    gate = decide(
        Procedure(SidePool(old).cells, *hypotheses(SidePool(old)), SETTINGS.stages, SETTINGS.alpha),
        joined(*(SidePool(one).draw(np.arange(8)) for one in (old, new))),
        SETTINGS.stages,
    )
    report = compare(old, new, SETTINGS)
    failed = {f.hypothesis.quantity.name for f in report.findings if f.outcome == "fail"}
    assert gate == (report.verdict, report.stages[-1], failed)


def test_a_summary_has_exact_limits_and_counts_repetitions_of_failures() -> None:
    failed = frozenset({"score"})
    gates = (
        [Gate("fail", 4, failed)] * 6 + [Gate("fail", 8, failed)] * 4 + [Gate("pass", 8, frozenset())] * 10
    )
    found = summary(gates, LOSS)
    assert (found.rate, found.median, found.most) == (0.5, 4, 8)
    # Clopper and Pearson by quantiles of the beta distribution
    assert found.low == pytest.approx(stats.beta.ppf(0.025, 10, 11))
    assert found.high == pytest.approx(stats.beta.ppf(0.975, 11, 10))
    none = summary([Gate("pass", 4, frozenset())] * 100, LOSS)
    assert none.low == 0
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 100))


def test_the_loss_is_that_of_the_pools_in_points() -> None:
    assert loss(*pools(7.0)) == pytest.approx((7.0, 7.0, 7.0))
    other = SidePool(side("new", noise(1, N)))
    pairs = joined(pools(0.0)[0].draw(np.arange(N)), other.draw(np.arange(N)))
    lost = -score_difference(pairs).reshape(N, -1).mean(axis=1)
    found = stats.ttest_1samp(lost, 0.0).confidence_interval(0.95)
    assert loss(pools(0.0)[0], other) == pytest.approx((lost.mean(), *found))


def test_shapes_have_the_level_without_change_and_a_collapse_in_a_tenth_passes_no_more() -> None:
    def of(name: str) -> ShapeRates:
        return rates(SHAPES[name], (3, 10, 20, 40), 0.05, 200, np.random.default_rng(0))

    same, skewed = of("no change, other seeds"), of("no change, skewed scores")
    for one in (same, skewed):
        # Of 200 gates at 5 %, 19 or more fail with a probability of 1 %.
        assert max(one.worse, one.collapsed) < 19 / 200
    assert same.passes > 0.95
    rare = of("collapse in 10.6% of the runs, the same seeds")
    assert rare.mean_passes > 0.2  # what a test of the mean alone lets through
    assert rare.passes <= 0.05
    assert of("collapse in 15.0% of the runs, other seeds").worse > 0.8
    assert of("frequent small loss, rare large gain").worse > 0.2  # not exchangeable: the level is not held


def test_the_page_shows_collapses_by_the_looks_and_shapes() -> None:
    quiet = summary([Gate("pass", 4, frozenset())] * 200, LOSS)
    half = summary(
        [Gate("fail", 20, frozenset({"collapse"}))] * 10 + [Gate("pass", 3, frozenset())] * 10, LOSS
    )
    shown = {"made up": ShapeRates(-3.25, 0.3, 0.2, 0.4, 0.125)}
    text = page(quiet, SAME, [], [], SETTINGS, "x", rare={(3, 40): [(COLLAPSES[0], half)]}, shapes=shown)
    assert "| 1.5 [-0.5, 3.5] | 3, 40 | 50.0% [27.2%, 72.8%] of 20 | 10 | 0 | collapse 50% |" in text
    assert "| made up | -3.2 | 30.0% | 20.0% | 40.0% | 12.5% |" in text
    assert "hold if nothing has changed" not in text and "exchangeable" in text


def test_the_page_says_what_was_missed() -> None:
    quiet = summary([Gate("pass", 4, frozenset())] * 200, LOSS)
    half = [Gate("fail", 4, frozenset({"score"}))] * 10 + [Gate("pass", 8, frozenset())] * 10
    missed = summary(half, LOSS)
    text = page(quiet, SAME, [(REGRESSIONS[0], missed)], [(IMPROVEMENTS[0], quiet)], SETTINGS, "made up")
    assert "**0 of 200 gates failed, 0.0% [0.0%, 1.8%]**" in text
    assert "the whole interval lies below the stated level" in text
    assert (
        "| 1.5 [-0.5, 3.5] | 50.0% [27.2%, 72.8%] of 20 | 4, 4 | score 50% | **less than promised** |" in text
    )
    loud = summary([Gate("fail", 4, frozenset({"score"}))] * 200, LOSS)
    assert "**above the stated level**" in page(loud, SAME, [], [], SETTINGS, "made up")
