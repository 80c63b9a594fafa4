"""The figures of scores: readable at every size, captions that say what was done, numbers that are right."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.pictures import caption, check_layout, draw, printed_caption
from helpers.synthetic import make_run
from matplotlib.figure import Figure

from results import ResultsError, Run, figures, load
from results.compare.grouping import comparisons
from results.figures import style
from results.figures.plots import (
    _crowd,
    anytime,
    cost,
    critical_difference,
    interaction,
    pareto,
    performance_profile,
    ranks_over_time,
    runtime_ecdf,
    score_map,
    speed_up,
    speed_up_map,
)
from results.figures.plots._map_cell import AT_LEAST
from results.numerals import significant

PLOTS = {
    "anytime": anytime,
    "cost": cost,
    "critical-difference": critical_difference,
    "interaction": interaction,
    "pareto": pareto,
    "performance-profile": performance_profile,
    "ranks-over-time": ranks_over_time,
    "runtime-ecdf": runtime_ecdf,
    "score-map": score_map,
    "speed-up": speed_up,
    "speed-up-map": speed_up_map,
}

#: name -> (searchers, schedulers, repetitions), tasks, size, which plots
RUNS = {
    "3x2x8": ((3, 2, 8), 2, "print", list(PLOTS)),
    "3x3x8 slide": ((3, 3, 8), 1, "slide", ["anytime", "interaction", "score-map", "speed-up-map", "pareto"]),
    "1x1": ((1, 1, 2), 1, "print", ["runtime-ecdf", "critical-difference", "ranks-over-time", "interaction"]),
    "one repetition": ((2, 2, 1), 2, "print", list(PLOTS)),
    "25x15": ((25, 15, 2), 1, "print", ["ranks-over-time"]),
    "25x15 slide": ((25, 15, 2), 1, "slide", ["score-map", "speed-up-map", "critical-difference"]),
}
#: What compares at least two of each axis.
COMPARE = ("critical-difference", "interaction", "ranks-over-time", "pareto", "cost")
#: What is nothing but a ranking, of which one repetition has none.
RANK = ("critical-difference", "ranks-over-time")
TASKS = ("mnist-convnet", "digits-mlp")

Named = dict[str, Figure]


@pytest.fixture(scope="module", params=list(RUNS))
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Run, Named]:
    """A run and the first figure of each of its plots, laid out and drawn once."""
    size, tasks, page, names = RUNS[request.param]
    folder = tmp_path_factory.mktemp("run")
    for task in TASKS[:tasks]:
        make_run(folder, *size, trainable=task, trials=3)
    run = load(folder)
    with style.active(page):
        first = (itertools.islice(PLOTS[name].figures(run), 1) for name in names)
        named = dict(itertools.chain.from_iterable(first))
        for figure in named.values():
            draw(figure)
    return request.param, run, named


def test_no_text_overlaps_another_is_cut_off_or_covers_data(drawn: tuple[str, Run, Named]) -> None:
    for name, figure in drawn[2].items():
        check_layout(figure, f"{drawn[0]} {name}")
        width, height = figure.get_size_inches()
        if RUNS[drawn[0]][2] == "slide":
            assert (width, height) == pytest.approx((8.0, 4.5)), name


def test_each_plot_has_its_figures(drawn: tuple[str, Run, Named]) -> None:
    size, tasks, _, names = RUNS[drawn[0]]
    wanted = set(names) - set(COMPARE if size == (1, 1, 2) else ())
    wanted -= set(RANK if size[2] == 1 else ())
    assert {name for name in names if any(stem.startswith(name) for stem in drawn[2])} == wanted
    slug = f"{TASKS[0] if tasks == 1 else '2-tasks'}-cpu"
    for stem in drawn[2]:  # scores are shown of one task at a time
        of_task = stem.startswith("score-map") and tasks > 1
        assert stem.endswith(f"-{slug}-{min(TASKS)}" if of_task else f"-{slug}"), stem


def test_captions_say_n_unit_engine_interval_and_test(drawn: tuple[str, Run, Named]) -> None:
    size, tasks, _, _ = RUNS[drawn[0]]
    for name, figure in drawn[2].items():
        said = caption(figure)
        assert "engine tune (wall time in seconds)" in said, name
        assert "budget 3 trials of at most 9 epochs, 2 workers" in said, name
        assert f"{size[2]} repetition" in said, name
        assert ("of each of 2 tasks" in said) == (tasks == 2 and not name.startswith("score-map")), name
        if name.startswith("critical-difference"):
            assert "Friedman's test" in said
            assert "Wilcoxon's signed-rank test, Holm's correction over" in said
        elif size[2] == 1:
            assert "No best combination is named, as a task has one repetition only." in said, name
            assert "Run it with 10 repetitions: tunegrid run --spec" in said, name
            said = printed_caption(figure).replace("\n", " ")
            no_interval = ("No band", "No ±", "No interval", "No intervals", "of the failure rate Wilson's")
            assert any(words in said for words in no_interval), name
        elif name.startswith("speed-up-2-tasks"):
            assert "95 % t of the mean" in printed_caption(figure).replace("\n", " ")
        elif not name.startswith("score-map"):
            words = ("95 % t-interval", "95 % interval of", "95 %, t-interval")
            assert any(word in printed_caption(figure).replace("\n", " ") for word in words), name
        if name.startswith("interaction"):
            assert ("F test" in said) == (size[2] > 1)
            assert ("mixed model" in said) == (tasks == 2 and size[2] > 1 and "No F test" not in said)


def test_the_clock_says_whose_it_is(drawn: tuple[str, Run, Named]) -> None:
    for name in (name for name in drawn[2] if "-clock-" in name):
        assert {axes.get_xlabel() for axes in drawn[2][name].axes} - {""} == {"wall clock (s)"}


def test_too_few_blocks_are_no_ground_for_a_claim(drawn: tuple[str, Run, Named]) -> None:
    for name in (name for name in drawn[2] if name.startswith("critical-difference-searchers")):
        few = RUNS[drawn[0]][0][2] < 5
        assert ("No claim: " in caption(drawn[2][name])) == few
        assert any("no claim" in text.get_text() for text in drawn[2][name].texts) == few


def test_engines_devices_and_budgets_are_never_pooled_but_tasks_are(tmp_path: Path) -> None:
    for more in ({}, {"engine": "virtual"}, {"device": "gpu"}, {"trials": 4}, {"workers": 3}):
        make_run(tmp_path, 2, 2, 1, clean=True, **more)
    make_run(tmp_path, 2, 2, 1, clean=True, trainable="digits-mlp")
    found = list(comparisons(load(tmp_path), scored=True))
    assert sorted(len(pool.tasks) for pool in found) == [1, 1, 1, 1, 2]
    assert len({pool.slug for pool in found}) == 5
    for pool in found:
        assert pool.experiments.groupby(["engine", "device", "trials", "workers"]).ngroups == 1


def test_a_run_without_scores_has_no_such_figure(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 3, 2, 2))
    without = run.only(run.experiments.assign(optimum=np.nan))
    with style.active():
        assert not [name for plot in PLOTS.values() for name, _ in plot.figures(without)]


def test_what_a_pool_cannot_tell_apart_is_refused(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 2, 2, 1, clean=True))
    twice = run.experiments.assign(key=run.experiments["key"] + "b")
    both = Run(pd.concat([run.experiments, twice]), run.trials, run.results)
    with pytest.raises(ResultsError, match=r"2 experiments of the same repetition, .* differ in no setting"):
        list(comparisons(both, scored=True))


@pytest.fixture(scope="module")
def two_tasks(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of two combinations of each half on two tasks, whose scores differ much."""
    folder = tmp_path_factory.mktemp("two")
    for task in TASKS:
        make_run(folder, 2, 2, 3, clean=True, trainable=task)
    return load(folder)


def test_the_score_map_shows_one_task_at_a_time(two_tasks: Run) -> None:
    with style.active():
        named = dict(score_map.figures(two_tasks))
    assert set(named) == {f"score-map-2-tasks-cpu-{task}" for task in TASKS}
    cells = two_tasks.experiments.assign(score=100 * (two_tasks.experiments["best"] - 0.8) / 0.18)
    for task in TASKS:
        mean = cells[cells["trainable"] == task].groupby(["searcher", "scheduler"])["score"].mean()
        texts = named[f"score-map-2-tasks-cpu-{task}"].axes[0].texts
        printed = [float(text.get_text().split("\n")[0].replace("\N{MINUS SIGN}", "-")) for text in texts]
        assert sorted(printed) == pytest.approx(sorted(mean), abs=0.06)


def test_the_speed_up_map_shows_the_headlines_numbers(two_tasks: Run) -> None:
    with style.active():
        [(name, figure)] = speed_up_map.figures(two_tasks)
    assert name == "speed-up-map-2-tasks-cpu"
    [comparison] = comparisons(two_tasks, scored=True)
    rows = comparison.headline.to_dict("records")
    wanted = {
        f"{AT_LEAST * bool(row['lower_bounds'])}{significant(row['speed_up'], 2)}\n"
        f"{significant(row['speed_up_low'], 2)}\N{EN DASH}{significant(row['speed_up_high'], 2)}"
        for row in rows
    }
    assert {text.get_text() for text in figure.axes[0].texts} == wanted
    bold = [text for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    assert [text.get_text() for text in bold] == [
        text.get_text()
        for text in figure.axes[0].texts
        if text.get_text().lstrip(AT_LEAST).startswith(f"{significant(rows[0]['speed_up'], 2)}\n")
    ]


def test_over_tasks_the_anytime_figure_shows_regrets_whose_area_is_the_headlines(two_tasks: Run) -> None:
    [comparison] = comparisons(two_tasks, scored=True)
    with style.active():
        named = dict(anytime.figures(two_tasks))
    assert named["anytime-trainings-2-tasks-cpu"].axes[0].get_ylabel() == "regret (log scale, 0 to 1)"
    figure = named["anytime-epochs-2-tasks-cpu"]
    assert figure.axes[0].get_ylabel() == "regret (log scale, 0 to 1)"
    area = comparison.headline.set_index(["searcher", "scheduler"])["area"]
    budget = 8 * 9
    for axes in figure.axes:
        for line in axes.lines:
            x, y = (np.asarray(part, dtype=float) for part in line.get_data())
            epochs = np.arange(1, budget)
            held = y[np.clip(np.searchsorted(x, epochs, side="right") - 1, 0, None)]
            # Before the first epoch's end the regret is 1.
            found = 1 - (1 + held.sum()) / budget
            assert np.abs(area.to_numpy() - found).min() < 0.02  # of 150 points of the axis


def test_without_random_configurations_tasks_are_shown_alone(two_tasks: Run) -> None:
    rows = two_tasks.experiments.assign(random_values=None, random_size=None, random_seconds=None)
    old = two_tasks.only(rows)
    with style.active():
        names = {
            name for plot in (anytime, pareto, interaction, speed_up_map) for name, _ in plot.figures(old)
        }
    assert names == {
        f"{plot}-2-tasks-cpu-{task}"
        for plot in ("anytime-epochs", "anytime-clock", "pareto", "interaction")
        for task in TASKS
    }


def test_one_repetition_puts_nothing_in_an_order(tmp_path: Path) -> None:
    for task in TASKS:
        make_run(tmp_path, 3, 2, 1, clean=True, trainable=task)
    run = load(tmp_path)
    [comparison] = comparisons(run, scored=True)
    pairs = list(zip(comparison.headline["searcher"], comparison.headline["scheduler"], strict=True))
    assert pairs == sorted(pairs)
    with style.active():
        drawn = {name: figure for plot in PLOTS.values() for name, figure in plot.figures(run)}
    assert not [name for name in drawn if name.startswith(RANK)]
    lines, left, right = drawn["interaction-2-tasks-cpu"].axes
    for panel in (left, right):
        names = [label.get_text() for label in panel.get_yticklabels()]
        assert names == sorted(names, reverse=True)
    assert [label.get_text() for label in lines.get_xticklabels()] == sorted(comparison.schedulers)
    pareto_figure = drawn["pareto-2-tasks-cpu"]
    assert "Numbered" not in caption(pareto_figure) and not pareto_figure.legends
    assert not [text for text in pareto_figure.texts if text.get_gid() == "note"]
    for figure in drawn.values():
        assert "The best" not in caption(figure)


def test_of_a_crowd_the_best_and_random_search_have_a_colour(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 12, 2, 4, clean=True, trials=12))
    [pool] = comparisons(run, scored=True)
    chosen = _crowd.favourites(pool)
    assert len(chosen) in (_crowd.FAVOURITES, _crowd.FAVOURITES + 1)
    assert "random" in chosen
    by_mean = pool.outcomes.groupby("searcher")["value"].mean().sort_values()
    assert by_mean.index[-1] in chosen
    assert len({style.looks(chosen)[name].colour for name in chosen}) == len(chosen)


def test_slides_go_to_their_own_folder_and_are_1920_by_1080(tmp_path: Path) -> None:
    make_run(tmp_path, 2, 2, 2, clean=True)
    assert figures.main([str(tmp_path), "--only", "score-map", "--format", "png", "--size", "slide"]) == 0
    [path] = (tmp_path / "slides").iterdir()
    head = path.read_bytes()[16:24]
    assert (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")) == (1920, 1080)
