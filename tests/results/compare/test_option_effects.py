"""Main effects of options: what is compared with what, their figure and their table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.option_effects import frame, in_words, option_effects
from results.compare.run import Run
from results.compare.run import frame as read
from results.figures import style
from results.figures.plots import options
from results.store.rows import to_table
from results.tables import TABLES, TableInputs

REPETITIONS = 3
SCHEDULERS = (
    *("asha", "asha[reduction_factor=2]", "asha[grace_period=3]", "asha[grace_period=3,reduction_factor=2]"),
    *("asha[reduction_factor=9]", "fifo"),
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [
        virtually(Experiment("digits-mlp", searcher, scheduler, trials=8, epochs=9, repetition=repetition))
        for searcher in ("random", "grid")
        for scheduler in SCHEDULERS
        for repetition in range(REPETITIONS)
    ]


def made(outcomes: list[Outcome], **changed: object) -> Run:
    rows = [outcome.row | changed for outcome in outcomes]
    several = (
        rows,
        [row for one in outcomes for row in one.trials],
        [row for one in outcomes for row in one.results],
    )
    names = ("experiments", "trials", "results")
    return Run(*(read(to_table(name, table)) for name, table in zip(names, several, strict=True)))


def compared(run: Run) -> Comparison:
    [found] = comparisons(run)
    return found


def speed_ups(comparison: Comparison, scheduler: str) -> pd.Series:
    rows = comparison.outcomes[comparison.outcomes["scheduler"] == scheduler]
    return np.log(rows.set_index(["searcher", "repetition"])["speed_up"].astype(float)).sort_index()


def test_values_are_compared_where_everything_else_is_alike(outcomes: list[Outcome]) -> None:
    comparison = compared(made(outcomes))
    grace, eta = option_effects(comparison)
    assert (grace.name, grace.values, grace.default) == ("asha: grace_period", (1, 3), 0)
    assert (eta.name, eta.values, eta.default, eta.left_out) == ("asha: reduction_factor", (2, 3), 1, (9,))
    two, three = (
        pd.concat({grace: speed_ups(comparison, name) for grace, name in named.items()})
        for named in (
            {1: "asha[reduction_factor=2]", 3: "asha[grace_period=3,reduction_factor=2]"},
            {1: "asha", 3: "asha[grace_period=3]"},
        )
    )
    found = eta.measures["speed_up"]
    assert found.blocks == 2 * 2 * REPETITIONS
    assert found.differences.mean == pytest.approx([(two - three).mean(), 0])
    assert found.means.mean == pytest.approx([two.mean(), three.mean()])


def test_table_and_figure_show_the_same_numbers(outcomes: list[Outcome], tmp_path: Path) -> None:
    run = made(outcomes)
    rows = frame(compared(run))
    assert rows["value"].tolist() == ["1", "3", "2", "3"]
    assert rows["default"].tolist() == [True, False, False, True]
    assert (rows.loc[rows["default"], "speed_up_change"] == 1).all()
    with style.active():
        [(name, figure)] = options.figures(run)
        assert name == "options-digits-mlp-cpu"
    titles = [axis.get_title("left") for axis in figure.axes]
    assert titles == ["asha: grace_period", "asha: reduction_factor"]
    for axis, (_, mine) in zip(figure.axes, rows.groupby("option"), strict=True):
        drawn = next(line for line in axis.lines if len(line.get_xdata()) == 2)
        assert drawn.get_ydata() == pytest.approx(mine["speed_up"].to_numpy())
        assert [label.get_text() for label in axis.get_xticklabels()] == mine["value"].tolist()
    assert len({axis.get_ylim() for axis in figure.axes}) == 1
    [table] = TABLES["options"](TableInputs(run))
    assert [row[:3] for row in table.rows] == [
        ("asha", "grace_period", "1*"),
        ("asha", "grace_period", "3"),
        ("asha", "reduction_factor", "2"),
        ("asha", "reduction_factor", "3*"),
    ]
    assert [row[3][0] for row in table.rows] == pytest.approx(rows["speed_up"].tolist())  # type: ignore[index]
    assert len(options.data(run)) == 4


def test_a_metric_without_scores_is_shown_itself(outcomes: list[Outcome]) -> None:
    run = made(outcomes, baseline=None, optimum=None, random_values=None, random_size=None)
    comparison = compared(run)
    grace, _ = option_effects(comparison)
    assert list(grace.measures) == ["metric"]
    by_hand = comparison.outcomes.groupby("scheduler")["value"].mean()
    # Another reduction factor was run with one grace period only, and must not count.
    pairs = [by_hand[["asha", "asha[reduction_factor=2]"]].mean()]
    assert grace.measures["metric"].means.mean[0] == pytest.approx(pairs[0])
    with style.active():
        [(_, figure)] = options.figures(run)
    assert figure.axes[0].get_ylabel() == comparison.metric


def test_a_clear_effect_is_said_with_its_interval_and_no_other_is(outcomes: list[Outcome]) -> None:
    quiet = in_words(compared(made(outcomes)))
    assert [line.partition(":")[0] for line in quiet] == ["asha", "asha"]
    better = [
        Outcome(one.row | {"best": one.row["best"] + 0.1 * ("grace_period=3" in one.row["scheduler"])},
                one.trials, one.results)
        for one in outcomes
    ]  # fmt: skip
    run = made(better, baseline=None, optimum=None, random_values=None, random_size=None)
    run.experiments["noise_free"] = np.nan
    words = in_words(compared(run))
    assert words[0].startswith("asha: grace_period = 3 instead of 1, its default, changes ")
    assert "no value of reduction_factor is shown to be better than 3, its default" in words[1]


def test_older_runs_and_runs_without_variants_have_none(outcomes: list[Outcome]) -> None:
    plain = [one for one in outcomes if "[" not in str(one.row["scheduler"])]
    new = made(outcomes)
    columns = ["searcher_options", "scheduler_options"]
    old = Run(new.experiments.drop(columns=columns), new.trials, new.results)
    for run in (made(plain), made(outcomes, searcher_options=None, scheduler_options=None), old):
        assert option_effects(compared(run)) == []
        with style.active():
            assert not list(options.figures(run))
        assert not list(TABLES["options"](TableInputs(run)))
