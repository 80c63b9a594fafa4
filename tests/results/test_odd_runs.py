"""Runs as users have them: any name of a metric, any magnitude, one of everything, nothing at all."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.synthetic import make_run

from results import Run, load, pairing, recommend
from results.compare.budgets import WHOLE
from results.compare.comparison import Comparison
from results.compare.grouping import candidates, comparisons
from results.figures import PLOTS, Drawing, draw, style
from results.figures.plots import gantt
from results.outputs import NotEnoughData
from results.paper.numbers import as_tex, numbers
from results.report import payload as report
from results.report.document import render
from results.report.payload import payload
from results.report.words import of_comparison
from results.tables import TABLES, TableInputs
from results.tables.render import latex, markdown

METRIC = "val_accuracy"
OTHERS = ("value", "label", "lost", "ended", "mean", "shown", "first")
#: The first of each in the default tests: everything is made of each of them.
NAMES: list[Any] = ["score", "ä<b>$_%"]
NAMES += [pytest.param(name, marks=pytest.mark.slow) for name in OTHERS]
SIZES: list[Any] = [3e-7, 1e300]
SIZES += [pytest.param(size, marks=pytest.mark.slow) for size in (4e11, -1e-300, 0.0)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), 2, 2, 3, clean=True)


def named(run: Run, name: str) -> Run:
    """Return the run as if its metric had another name, and nobody knew constants."""
    experiments = run.experiments.assign(metric=name, baseline=np.nan, optimum=np.nan)
    return Run(experiments, run.trials, run.results.rename(columns={METRIC: name}))


def sized(run: Run, size: float) -> Run:
    """Return the run with its metric multiplied and its constants unknown."""
    experiments, trials, results = run
    experiments = experiments.assign(best=experiments["best"] * size, baseline=np.nan, optimum=np.nan)
    trials = trials.assign(best=trials["best"] * size)
    return Run(experiments, trials, results.assign(**{METRIC: results[METRIC] * size}))


def show_all(run: Run, folder: Path) -> str:
    """Make everything that there is of a run, without a warning, and return its texts."""
    with warnings.catch_warnings(), style.active():
        warnings.simplefilter("error", RuntimeWarning)
        said = []
        for plot in PLOTS.values():
            try:
                for _, figure in plot(run):
                    figure.canvas.draw()
                    said += [text.get_text() for text in figure.texts]
            except NotEnoughData as error:
                said.append(str(error))
        inputs = TableInputs(run, [folder])
        for make in TABLES.values():
            try:
                said += [text for table in make(inputs) for text in (latex(table), markdown(table))]
            except NotEnoughData as error:
                said.append(str(error))
        said += [pairing.as_text(one, pairing.score_table(one), 3) for one in comparisons(run, scored=False)]
        said.append(as_tex(numbers(inputs)))
        page = render(payload(run, [folder]))
        said.append(page[page.index('id="data"') : page.index('id="data"') + 20_000])
    return "\n".join(said)


def answer(choice: Comparison) -> str:
    return recommend.as_text(choice, 9).replace("\n", " ")


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_of_any_name_is_shown_as_what_it_is(name: str, folder: Path) -> None:
    run = named(load(folder), name)
    [choice] = candidates(run, 2, WHOLE)
    assert (choice.metric, choice.scored) == (name, False)
    assert f"{name} of mnist-convnet, higher is better" in answer(choice)
    assert recommend.as_data(choice)["scored"] is False
    [view] = comparisons(run)
    best = run.experiments.groupby(["searcher", "scheduler"])["best"].mean().max()
    assert f"comes first by its mean {name}: {best:.3f}"[:-1] in " ".join(of_comparison(view))
    said = show_all(run, folder)
    assert "0 = random search" not in said
    assert "Best mean score" not in said or name == "score"


def test_a_metric_called_score_and_its_score_have_names_of_their_own(folder: Path) -> None:
    run = named(load(folder), "score")
    known = Run(run.experiments.assign(baseline=0.5, optimum=1.0), run.trials, run.results)
    [choice] = candidates(known, 2, WHOLE)
    assert (choice.metric, choice.scored) == ("normalised score", True)
    said = show_all(known, folder)
    assert "Incumbent's score: mnist-convnet" in said  # the metric's own map
    assert "normalised score (0 = random search's baseline, 100 = best known)" in said
    [plain] = candidates(load(folder), 2, WHOLE)
    assert (plain.metric, plain.scored) == ("score", True)


@pytest.mark.parametrize("size", SIZES)
def test_a_metric_of_any_magnitude_is_readable_and_warns_of_nothing(size: float, folder: Path) -> None:
    run = sized(load(folder), size)
    [choice] = candidates(run, 2, WHOLE)
    lines = [line for line in answer(choice).split("  ") if line]
    assert max(map(len, lines)) < 200
    [other] = candidates(sized(load(folder), 1.0), 2, WHOLE)
    rows, usual = (one.ranking for one in (choice, other))
    if size > 0:  # the same answer in another unit
        assert rows["searcher"].tolist() == usual["searcher"].tolist()
        assert rows["low"].to_numpy() / size == pytest.approx(usual["low"].to_numpy())
        assert rows["possible"].tolist() == usual["possible"].tolist()
    said = show_all(run, folder)
    assert "0000000000" not in said.partition('id="data"')[0]


def test_one_experiment_is_shown(folder: Path) -> None:
    run = load(folder)
    one = run.only(run.experiments[:1])
    assert "one repetition" in show_all(Run(one.experiments, one.trials, one.results), folder)


def test_a_run_in_which_all_failed_is_shown(folder: Path) -> None:
    run = load(folder)
    failed = run.experiments.assign(status="failed", reason="ValueError: no", best=np.nan)
    said = show_all(Run(failed, run.trials, run.results), folder)
    assert "none of 12 experiments is ok" in said
    assert "ValueError: no" in said


def test_an_empty_run_is_shown(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("")
    assert "Nothing is committed yet" in show_all(load(tmp_path), tmp_path)


def test_time_alone_is_said_in_words(folder: Path) -> None:
    run = load(folder)
    alone = run.experiments.assign(trials=10_000, time_budget=90.0)
    [setting] = comparisons(Run(alone, run.trials, run.results), scored=False)
    assert "budget as many trials of at most 9 epochs as fit in 90 seconds, 2 workers" in setting.caption("n")
    both = run.experiments.assign(time_budget=90.0)
    [setting] = comparisons(Run(both, run.trials, run.results), scored=False)
    assert "budget 8 trials of at most 9 epochs, 2 workers, at most 90 seconds" in setting.caption("n")


def test_values_of_a_frame_have_names_of_their_own(folder: Path) -> None:
    """A metric enters no frame by its own name, so that none of its columns is overwritten."""
    run = named(load(folder), "value")
    assert pd.notna(candidates(run, 2, WHOLE)[0].complete.table.to_numpy()).all()


def instant(run: Run) -> Run:
    """Return the run as if nothing in it had taken any time."""
    experiments = run.experiments.assign(wall_s=0.0, train_s=0.0, idle_s=0.0)
    trials = run.trials.assign(started=0.0, ended=0.0)
    return Run(experiments, trials, run.results.assign(clock=0.0, cost=0.0))


def test_a_run_whose_epochs_took_no_time_is_shown(folder: Path) -> None:
    run = instant(load(folder))
    show_all(run, folder)
    with style.active():
        [(_, figure)] = PLOTS["gantt"](run)
    assert "Trials over workers" in figure.texts[0].get_text()
    assert figure.axes[0].get_xlim() == (0, 1.01)
    [place] = payload(run, [folder])["places"]
    [view] = place["views"]
    assert view["curves"]["clock"]["grid"] == [0]


def two_tasks(tmp_path: Path) -> Path:
    for task in ("one", "two"):
        make_run(tmp_path, 2, 2, 2, trainable=task, clean=True)
    return tmp_path


def test_a_setting_that_cannot_be_drawn_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gantt, "_page", failing_once(gantt._page))
    drawn = draw(load(two_tasks(tmp_path / "run")), ["gantt"], Drawing(tmp_path / "out", ["png"]))
    assert [path.name for path in drawn.paths] == ["gantt-two-cpu.png"]
    assert drawn.failed == {"gantt": "one-cpu: ZeroDivisionError: no"}
    assert drawn.tell("figure", "python -m results.figures") == 1


def test_a_view_that_cannot_be_shown_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two_tasks(tmp_path)
    monkeypatch.setattr(report, "plain_comparison", failing_once(report.plain_comparison))
    data = payload(load(folder), [folder])
    assert [view["task"] for place in data["places"] for view in place["views"]] == ["one", "two"]
    assert data["summary"][-1] == "The mean over tasks cannot be shown: ZeroDivisionError: no."
    monkeypatch.setattr(report, "plain_comparison", failing_once(report.plain_comparison, times=9))
    data = payload(load(folder), [folder])
    assert data["places"] == []
    assert "Task two cannot be shown" in data["summary"][-1]


def failing_once(made: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """Return what fails at first, and then does what ``made`` does."""
    calls = itertools.count()

    def one(*given: Any) -> Any:
        if next(calls) < times:
            raise ZeroDivisionError("no")
        return made(*given)

    return one
