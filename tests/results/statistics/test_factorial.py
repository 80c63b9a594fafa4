"""The two axes: against statsmodels, by hand, in simulations with a known answer, and invariances."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.anova import AnovaRM, anova_lm

from results.statistics.factorial import effects, shares
from results.statistics.layout import adjusted, layout
from results.statistics.marginal import gain, marginal_means
from results.statistics.mixed import fit

Score = Callable[[int, int, int, int], float]
BASE = ("s0", "c0")


def make_frame(
    score: Score,
    searchers: int = 3,
    schedulers: int = 3,
    repetitions: int = 4,
    tasks: int = 1,
    without: set[tuple[int, int]] | None = None,
) -> pd.DataFrame:
    """Return a frame whose scores are ``score(task, repetition, searcher, scheduler)``."""
    rows = [
        (
            f"t{task}",
            repetition,
            f"s{searcher}",
            f"c{scheduler}",
            score(task, repetition, searcher, scheduler),
        )
        for task, searcher, scheduler, repetition in itertools.product(
            range(tasks), range(searchers), range(schedulers), range(repetitions)
        )
        if (searcher, scheduler) not in (without or set())
    ]
    return pd.DataFrame(rows, columns=["trainable", "repetition", "searcher", "scheduler", "score"])


def noisy(seed: int, *, interaction: float = 1.0, task: float = 0.0, **shape: Any) -> pd.DataFrame:
    """Return scores with every effect; ``task`` is the sd of what a combination is worth on each task."""
    generator = np.random.default_rng(seed)
    cell = interaction * generator.normal(size=(9, 9))
    block, varies = 2 * generator.normal(size=(9, 99)), task * generator.normal(size=(9, 9, 9))
    level = 5 * generator.normal(size=9)
    return make_frame(
        lambda t, r, s, c: float(
            50 + level[t] + block[t, r] + 2 * s - c + cell[s, c] + varies[t, s, c] + 1.5 * generator.normal()
        ),
        **shape,
    )


def of(table: pd.DataFrame, term: str) -> tuple[float, float, float]:
    """Return sum of squares, F and p of a term of an analysis of variance of statsmodels."""
    return table.loc[term, "sum_sq"], table.loc[term, "F"], table.loc[term, "PR(>F)"]


# One task


def test_effects_computed_by_hand() -> None:
    # Means 1, 3 and 5, 11: rows 2 and 8, columns 3 and 7, grand mean 5; residuals are 1 and -1, blocks equal.
    mean = [[1, 3], [5, 11]]
    frame = make_frame(lambda _, r, s, c: mean[s][c] + (1 if (r + s + c) % 2 else -1), 2, 2, 2)
    found = effects(frame)
    assert found["squares"].tolist() == pytest.approx([2 * 4 * 9, 2 * 4 * 4, 2 * 4 * 1])
    assert found["df"].tolist() == [1, 1, 1]
    assert set(found["df_error"]) == {3}
    assert found["f"].tolist() == pytest.approx([72 / (8 / 3), 32 / (8 / 3), 8 / (8 / 3)])
    found = marginal_means(frame, "searcher")
    assert found.index.tolist() == ["s1", "s0"]
    assert found["mean"].tolist() == pytest.approx([8, 2])
    assert found["advantage"].tolist() == pytest.approx([3, -3])
    assert gain(frame, BASE).parts["gain"].tolist() == pytest.approx([4, 2, 4, 10])


@pytest.mark.parametrize("without", [set(), {(2, 1)}, {(0, 0), (1, 2)}])
@pytest.mark.parametrize("lost", [0, 3])
def test_effects_of_one_task_are_those_of_statsmodels(without: set[tuple[int, int]], lost: int) -> None:
    frame = noisy(1, without=without, searchers=4).sample(frac=1, random_state=1)[lost:]
    found = effects(frame)
    # Type II by statsmodels cannot cope with missing combinations; comparisons of models can.
    block, both = "score ~ C(repetition)", "C(searcher) + C(scheduler)"
    frame["cell"] = frame["searcher"] + frame["scheduler"]
    full = smf.ols(f"{block} + C(cell)", frame).fit()
    models = {
        name: smf.ols(f"{block} + {name}", frame).fit() for name in ("C(searcher)", "C(scheduler)", both)
    }
    expected = [
        models["C(scheduler)"].ssr - models[both].ssr,
        models["C(searcher)"].ssr - models[both].ssr,
        models[both].ssr - full.ssr,
    ]
    assert found["squares"].tolist() == pytest.approx(expected)
    assert set(found["df_error"]) == {full.df_resid}
    f = np.array(expected) / found["df"] / full.mse_resid
    assert found["f"].tolist() == pytest.approx(f.tolist())
    if not without:
        table = anova_lm(smf.ols(f"{block} + C(searcher) * C(scheduler)", frame).fit(), typ=2)
        terms = ("C(searcher)", "C(scheduler)", "C(searcher):C(scheduler)")
        assert found[["squares", "f", "p"]].to_numpy() == pytest.approx(
            np.array([of(table, t) for t in terms])
        )


def test_means_with_lost_repetitions_are_those_of_statsmodels() -> None:
    frame = noisy(2).sample(frac=1, random_state=2)[5:]
    frame["cell"] = frame["searcher"] + frame["scheduler"]
    fitted = smf.ols("score ~ 0 + C(cell) + C(repetition, Sum)", frame).fit()
    table = layout(frame)
    means = dict(zip(table.columns.map("".join), adjusted(table.to_numpy()), strict=True))
    assert means == pytest.approx({cell: fitted.params[f"C(cell)[{cell}]"] for cell in means})


def test_level_of_the_tests_is_5_percent() -> None:
    runs = 150
    generator = np.random.default_rng(3)
    found = []
    for _ in range(runs):
        block = generator.normal(size=4)
        frame = make_frame(
            lambda t, r, s, c, block=block: float(block[r] + generator.normal()), 3, 2, 4, without={(2, 1)}
        )
        found.append(effects(frame)["p"] < 0.05)
    assert np.mean(found, axis=0) == pytest.approx([0.05] * 3, abs=0.054)  # 3 standard errors


def test_intervals_of_marginal_means_and_gains_cover_though_combinations_differ_in_variance() -> None:
    generator = np.random.default_rng(4)
    truth, scale = np.array([[0.0, 1.0, 0.0], [4.0, 2.0, 3.0]]), np.array([[0.2, 1.0, 3.0], [1.0, 0.5, 2.0]])
    runs, covered = 120, []
    for _ in range(runs):
        block = 2 * generator.normal(size=5)
        frame = make_frame(
            lambda t, r, s, c, block=block: float(truth[s, c] + block[r] + scale[s, c] * generator.normal()),
            *(2, 3, 5),
            without={(0, 2)},
        )
        row = marginal_means(frame, "searcher").loc["s1"]
        # s1 under c0 and c1, where there is another searcher, against the mean of both searchers
        lead = (4 / 2 + 1 / 2) / 2
        covered.append(
            [row["low"] <= 3 <= row["high"], row["advantage_low"] <= lead <= row["advantage_high"]]
        )
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=0.06)  # 3 standard errors


def test_an_interval_is_the_t_interval_of_the_repetitions_own_values() -> None:
    frame = noisy(5, repetitions=6)
    own = frame[frame["searcher"] == "s1"].groupby("repetition")["score"].mean()
    half = 2.570582 * own.std() / math.sqrt(6)  # t(0.975; 5)
    row = marginal_means(frame, "searcher").loc["s1"]
    assert [row["low"], row["high"]] == pytest.approx([own.mean() - half, own.mean() + half])


def test_marginal_means_are_over_what_exists_and_the_advantage_does_not_mind() -> None:
    # s0 and s1 are equally good, but s1 exists only with the good schedulers.
    generator = np.random.default_rng(6)
    frame = make_frame(
        lambda t, r, s, c: 10 * c + 1e-3 * generator.normal() - 6 * (s == 2), 3, 3, without={(1, 0)}
    )
    found = marginal_means(frame, "searcher")
    assert found["over"].to_dict() == {
        "s0": ("c0", "c1", "c2"),
        "s1": ("c1", "c2"),
        "s2": ("c0", "c1", "c2"),
    }
    assert found.loc[["s0", "s1"], "mean"].tolist() == pytest.approx([10, 15], abs=0.01)
    assert found.loc[["s0", "s1"], "advantage"].tolist() == pytest.approx([(3 + 2 + 2) / 3, 2], abs=0.01)


def test_a_scheduler_with_one_searcher_tells_nothing_of_the_searchers() -> None:
    frame = noisy(7, without={(1, 2), (2, 2)})
    apart = frame.assign(score=frame["score"] + 1000 * frame["scheduler"].eq("c2"))
    columns = ["advantage", "advantage_low", "advantage_high"]
    one, other = (marginal_means(part, "searcher")[columns] for part in (frame, apart))
    assert one.to_numpy() == pytest.approx(other.to_numpy())


# What brings the gain


def test_shares_are_those_of_the_truth() -> None:
    # Means 1, 1 and 3, 7: sums of squares 16 (rows), 4 (columns) and 4; noise of variance 1 / 4 in three df.
    mean = [[1.0, 1.0], [3.0, 7.0]]
    generator = np.random.default_rng(8)
    frames = [make_frame(lambda t, r, s, c: mean[s][c] + generator.normal(), 2, 2, 4) for _ in range(80)]
    found = np.mean([shares(frame) for frame in frames], axis=0)
    assert found == pytest.approx(np.array([16, 4, 4, 0, 3 / 4]) / 24.75, abs=0.04)
    assert found[3] == pytest.approx(0)


def test_noise_alone_has_no_share_even_where_combinations_are_missing() -> None:
    # Most schedulers of the good searcher are missing, so that its scheduler looks good as well.
    generator = np.random.default_rng(9)
    without = {(3, 1), (3, 2), (3, 3)}
    frames = [
        make_frame(lambda t, r, s, c: 6.0 * (s == 3) + generator.normal(), 4, 4, 3, without=without)
        for _ in range(80)
    ]
    searcher, scheduler, interaction, either, noise = np.mean([shares(frame) for frame in frames], axis=0)
    assert [scheduler, interaction] == pytest.approx([0, 0], abs=0.015)
    assert either > 0.1
    assert searcher > 0.4
    assert noise > 0.05


def test_gain_names_what_does_not_exist() -> None:
    found = gain(noisy(10, interaction=0, without={(2, 0)}), BASE)
    assert (found.base, found.best[0]) == (BASE, "s2")
    assert found.parts.loc[["searcher", "interaction"]].isna().all(axis=None)
    assert found.parts.loc[["scheduler", "total"]].notna().all(axis=None)


def test_gain_held_out_is_not_too_high_where_all_are_equal() -> None:
    generator = np.random.default_rng(11)
    found = [gain(make_frame(lambda *_: generator.normal(), 4, 3, 4), BASE) for _ in range(150)]
    assert np.mean([one.parts.loc["total", "gain"] for one in found]) > 0.5  # the winner's curse
    assert np.mean([one.held_out for one in found]) == pytest.approx(0, abs=0.25)  # 3 standard errors


# Several tasks


def test_several_tasks_are_analysed_by_their_means() -> None:
    frame = noisy(12, tasks=5, task=1.0)
    found = effects(frame)
    means = frame.groupby(["trainable", "searcher", "scheduler"], as_index=False)["score"].mean()
    table = anova_lm(smf.ols("score ~ C(trainable) + C(searcher) * C(scheduler)", means).fit(), typ=2)
    terms = ("C(searcher)", "C(scheduler)", "C(searcher):C(scheduler)")
    assert found[["squares", "f", "p"]].to_numpy() == pytest.approx(np.array([of(table, t) for t in terms]))


def test_the_mixed_model_is_that_analysis_where_nothing_is_missing() -> None:
    frame = noisy(13, tasks=5, task=3.0)
    assert fit(frame).variances.min() > 0.1
    one, other = (
        table[["df", "df_error", "f", "p"]].to_numpy() for table in (fit(frame).effects, effects(frame))
    )
    assert one == pytest.approx(other, rel=1e-4)


def test_without_the_combination_term_it_has_the_level_of_repeated_measures() -> None:
    # Blocks (task, repetition) as subjects, tested against their interaction with combinations.
    frame = noisy(14, tasks=3)
    frame["block"] = frame["trainable"] + frame["repetition"].astype(str)
    frame["cell"] = frame["searcher"] + frame["scheduler"]
    model = smf.ols("score ~ C(block) + C(searcher) * C(scheduler)", frame).fit()
    terms = ("C(searcher)", "C(scheduler)", "C(searcher):C(scheduler)")
    expected = [of(anova_lm(model, typ=2), term)[1] for term in terms]
    found = fit(frame, same_everywhere=True)
    assert found.effects["f"].tolist() == pytest.approx(expected, rel=1e-4)
    assert set(found.effects["df_error"]) == {model.df_resid}
    assert math.isnan(found.variances["combination"])
    assert (
        AnovaRM(frame, "score", "block", within=["cell"]).fit().anova_table["Den DF"].iloc[0]
        == model.df_resid
    )


def test_the_mixed_model_is_that_of_statsmodels_with_combinations_and_repetitions_missing() -> None:
    frame = noisy(15, tasks=5, task=2.0, without={(2, 1)}).sample(frac=1, random_state=3)[20:]
    frame["cell"] = frame["searcher"] + frame["scheduler"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = smf.mixedlm(
            "score ~ 0 + C(cell)",
            frame,
            groups="trainable",
            re_formula="1",
            vc_formula={"cell": "0 + C(cell)", "repetition": "0 + C(repetition)"},
        ).fit()
    found = fit(frame)
    cells = ["".join(pair) for pair in found.means.index]
    assert found.means.tolist() == pytest.approx(
        [expected.fe_params[f"C(cell)[{cell}]"] for cell in cells], rel=1e-4
    )
    errors = [expected.bse_fe[f"C(cell)[{cell}]"] for cell in cells]
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.array(errors), rel=1e-2)
    variances = [expected.cov_re.iloc[0, 0], expected.vcomp[1], expected.vcomp[0], expected.scale]
    assert found.variances.tolist() == pytest.approx(variances, rel=2e-2)
    assert len(cells) == 8


def level_over_tasks(runs: int, same_everywhere: bool) -> float:
    """Return how often a searcher seems better on tasks in general, where it is so by chance on each."""
    generator = np.random.default_rng(16)
    found = []
    for _ in range(runs):
        task, cell = generator.normal(size=4), generator.normal(size=(4, 2, 2))
        block = generator.normal(size=(4, 3))
        frame = make_frame(
            lambda t, r, s, c, task=task, cell=cell, block=block: float(
                task[t] + block[t, r] + cell[t, s, c] + generator.normal()
            ),
            *(2, 2, 3),
            tasks=4,
        )
        found.append(fit(frame, same_everywhere=same_everywhere).effects.loc["searcher", "p"] < 0.05)
    return float(np.mean(found))


def test_a_claim_about_tasks_needs_that_combinations_differ_between_them() -> None:
    assert level_over_tasks(100, same_everywhere=False) <= 0.05 + 0.066  # 3 standard errors
    assert level_over_tasks(40, same_everywhere=True) > 0.15


# What must not matter


SHAPES = st.fixed_dictionaries({"tasks": st.integers(1, 3), "without": st.sampled_from([set(), {(1, 2)}])})


@settings(max_examples=8, deadline=None)
@given(SHAPES, st.integers(0, 99), st.floats(0.1, 50), st.floats(-1000, 1000))
def test_unit_zero_and_order_do_not_matter(shape: Any, seed: int, scale: float, shift: float) -> None:
    frame = noisy(seed, **shape)
    moved = frame.sample(frac=1, random_state=seed).assign(score=lambda rows: scale * rows["score"] + shift)
    pairs = [(effects(frame), effects(moved))]
    if shape["tasks"] > 1:
        pairs.append((fit(frame).effects, fit(moved).effects))
    for one, other in pairs:
        assert other["f"].tolist() == pytest.approx(one["f"].tolist(), rel=1e-3)
        assert other["squares"].tolist() == pytest.approx((one["squares"] * scale**2).tolist(), rel=1e-3)
    assert shares(moved).tolist() == pytest.approx(shares(frame).tolist(), abs=1e-6)
    one, other = (marginal_means(part, "scheduler") for part in (frame, moved))
    assert one.index.tolist() == other.index.tolist()
    assert other["advantage_high"].tolist() == pytest.approx(
        (one["advantage_high"] * scale).tolist(), rel=1e-6
    )


@settings(max_examples=8, deadline=None)
@given(SHAPES, st.integers(0, 99))
def test_axes_may_change_places(shape: Any, seed: int) -> None:
    frame = noisy(seed, **shape)
    turned = frame.rename(columns={"searcher": "scheduler", "scheduler": "searcher"})
    one, other = effects(frame), effects(turned)
    assert other.loc["searcher", "f"] == pytest.approx(one.loc["scheduler", "f"])
    assert other.loc["interaction", "f"] == pytest.approx(one.loc["interaction", "f"])
    assert shares(turned)["scheduler"] == pytest.approx(shares(frame)["searcher"])
    assert shares(frame).sum() == pytest.approx(1)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99), st.lists(st.floats(-100, 100), min_size=4, max_size=4))
def test_what_a_repetition_does_to_all_does_not_matter(seed: int, shifts: list[float]) -> None:
    frame = noisy(seed)
    moved = frame.assign(score=frame["score"] + frame["repetition"].map(dict(enumerate(shifts))))
    assert effects(moved)["f"].tolist() == pytest.approx(effects(frame)["f"].tolist(), rel=1e-6)
    columns = ["advantage", "advantage_low", "advantage_high"]
    one, other = (marginal_means(part, "searcher")[columns].to_numpy() for part in (frame, moved))
    assert one == pytest.approx(other, abs=1e-6)


# What cannot be analysed


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (noisy(1, repetitions=1), "one repetition of one task"),
        (noisy(1, searchers=1), "there is one searcher; it takes two or more to compare"),
        (noisy(1, schedulers=1), "there is one scheduler; it takes two or more to compare"),
        (
            noisy(1, searchers=2, schedulers=2, without={(0, 1), (1, 0)}),
            "not crossed: they fall into 2 groups",
        ),
        (pd.concat([noisy(1), noisy(1)[:1]]), "two scores for t0, 0, s0, c0"),
        (noisy(1).assign(score=np.nan), "not finite"),
        (noisy(1).assign(score=3.0), "all are equal"),
        (noisy(1).query("(repetition < 2) == (searcher == 's0')"), "blocks fall into 2 groups"),
        (noisy(1).query("repetition == 0 or searcher == 's0' and scheduler == 'c0'"), "nothing to estimate"),
        (noisy(1)[:0], "there is no searcher; it takes two or more to compare"),
    ],
)
def test_frames_that_cannot_be_analysed_say_why(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        effects(frame)


def test_other_misuse_says_why() -> None:
    with pytest.raises(ValueError, match="there is one task"):
        fit(noisy(1))
    with pytest.raises(ValueError, match="'colour' is not an axis"):
        marginal_means(noisy(1), "colour")
    with pytest.raises(ValueError, match="no random x fifo to compare with; there is s0 x c0, "):
        gain(noisy(1), ("random", "fifo"))
    with pytest.raises(ValueError, match="no random search without a scheduler to compare with"):
        gain(noisy(1), None)
    two = noisy(1, tasks=2)
    apart = two[(two["trainable"] == "t0") == (two["searcher"] == "s0")]
    with pytest.raises(ValueError, match="no combination in common"):
        fit(pd.concat([apart[apart["trainable"] == "t0"], apart[apart["trainable"] == "t1"]]))


def test_an_interaction_that_cannot_be_seen_has_no_p() -> None:
    found = effects(noisy(1, searchers=2, schedulers=2, without={(1, 1)}))
    assert found["df"].tolist() == [1, 1, 0]
    assert math.isnan(found.loc["interaction", "p"])
    assert found.loc["searcher", "p"] < 1


def test_scores_without_error_have_no_doubt() -> None:
    found = effects(make_frame(lambda t, r, s, c: float(r + 2 * s)))
    assert found.loc["searcher", "p"] == 0
    assert found.loc[["scheduler", "interaction"], "f"].isna().all()
