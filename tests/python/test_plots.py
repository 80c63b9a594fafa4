"""Plots onto an Axes or a SubFigure that is given, with order, labels, colours, size and data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import tunegrid as tg
from results.figures import PLOTS as FIGURES

PLOTS = ("heatmap", "incumbent", "anytime", "speed_up", "critical_difference", "learning_curves")


@pytest.fixture(scope="module")
def run(example: Path) -> tg.Run:
    return tg.load(example)


def texts(figure: Figure) -> list[str]:
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


@pytest.mark.parametrize("name", [name for name in PLOTS if name != "critical_difference"])
def test_each_fills_a_subfigure_and_stays_inside(run: tg.Run, name: str) -> None:
    figure = Figure(figsize=(12, 5))
    left, right = figure.subfigures(1, 2)
    assert getattr(run.plot, name)(right) is right
    assert right.axes and not left.axes
    figure.draw_without_rendering()
    for axis in right.axes:
        box = axis.get_tightbbox()
        assert box is not None
        assert right.bbox.x0 - 2 <= box.x0 < box.x1 <= right.bbox.x1 + 2
        assert right.bbox.y0 - 2 <= box.y0 < box.y1 <= right.bbox.y1 + 2


def test_a_figure_of_one_panel_is_drawn_on_an_axes(run: tg.Run) -> None:
    figure = Figure(figsize=(9, 3))
    one, two = figure.subplots(1, 2)
    assert run.plot.heatmap(one, labels={"optuna-tpe": "TPE"}) is one
    assert run.plot.incumbent(two, schedulers="fifo") is two
    assert [label.get_text() for label in one.get_yticklabels()] == ["TPE", "random"]
    assert two.get_legend() is not None and len(two.lines) >= 2
    with pytest.raises(tg.ResultsError, match="the figure has 2 panels, for which one Axes has no room"):
        run.plot.incumbent(figure.subplots())


def test_order_labels_and_colours_are_the_callers(run: tg.Run) -> None:
    figure = run.plot.heatmap(order=["random", "fifo"], labels={"optuna-tpe": "TPE"}, size=(4, 4))
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    columns = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert (rows, columns) == (["random", "TPE"], ["fifo", "asha"])
    figure = run.plot.incumbent(palette={"random": "#123456"})
    colours = {line.get_color() for axis in figure.axes for line in axis.lines}
    assert "#123456" in colours
    with pytest.raises(tg.ResultsError, match=r"no searcher or scheduler 'rando'; did you mean 'random'\?"):
        run.plot.heatmap(order=["rando"])


def test_a_size_of_ones_own_is_kept_and_has_no_caption(run: tg.Run) -> None:
    caption = run.plot.heatmap.caption()
    assert "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2 repetitions" in caption or "n = 2" in caption
    for size in ((3.3, 2.5), "3.3x2.5"):
        figure = run.plot.heatmap(size=size)
        assert figure.get_size_inches() == pytest.approx([3.3, 2.5])
        assert not any("Mean over repetitions" in text for text in texts(figure))
    assert any("Mean over repetitions" in text for text in texts(run.plot.heatmap()))
    with pytest.raises(tg.ResultsError, match="size is 'large'; give print, slide, neurips"):
        run.plot.heatmap(size="large")


def test_the_data_are_the_numbers_that_are_drawn(run: tg.Run) -> None:
    rows = run.plot.heatmap.data()
    means = run.experiments.groupby(["searcher", "scheduler"])["best"].mean()
    found = rows.set_index(["searcher", "scheduler"])["mean"]
    assert found.to_dict() == pytest.approx(means.to_dict())
    curves = run.plot.learning_curves.data()
    assert len(curves) == len(run.results) and np.isfinite(curves["value"]).all()
    lines = run.plot.incumbent.data(searchers="random")
    drawn = run.plot.incumbent(searchers="random", figure="epochs")
    ends = {round(float(line.get_ydata()[-1]), 6) for axis in drawn.axes for line in axis.lines}
    last = lines[lines["axis"] == "epochs"].groupby("scheduler")["mean"].last()
    assert {round(float(value), 6) for value in last} <= ends


def test_the_data_of_a_plot_without_names_are_its_marks(run: tg.Run) -> None:
    cells = run.plot.score_map.data()
    assert set(cells["kind"]) == {"cell"} and set(cells["figure"]) == {"score-map-branin-cpu"}
    assert set(zip(cells["y"], cells["x"], strict=True)) == {
        (searcher, scheduler) for searcher in ("optuna-tpe", "random") for scheduler in ("asha", "fifo")
    }
    drawn = run.plot.score_map()
    [mesh] = [artist for artist in drawn.axes[0].collections if artist.get_array() is not None]
    assert sorted(cells["value"]) == pytest.approx(sorted(np.ravel(mesh.get_array())))
    lines = run.plot.performance_profile.data()
    one = lines[(lines["series"] == "random") & (lines["kind"] == "line") & (lines["panel"] == "fifo")]
    assert one["x"].is_monotonic_increasing and one["y"].is_monotonic_decreasing
    assert not lines.loc[lines["kind"] == "band", ["y", "y_end"]].isna().any(axis=None)


def test_every_figure_of_the_command_is_a_plot(run: tg.Run) -> None:
    assert dir(run.plot) == sorted(name.replace("-", "_") for name in FIGURES)
    for plot in run.plot:
        names = plot.names()
        rows = plot.data()
        assert bool(names) == bool(len(rows))
        if names:
            figure = Figure(figsize=(8, 5))
            [half, _] = figure.subfigures(1, 2)
            assert plot(half) is half and half.axes
    with pytest.raises(AttributeError, match=r"a run has no plot 'heat_map'; did you mean 'heatmap'\?"):
        _ = run.plot.heat_map


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_has_data(run: tg.Run, name: str) -> None:
    rows = getattr(run.plot, name).data()
    assert {"tasks", "device"} < set(rows.columns)
    assert len(rows)


def test_a_notebook_shows_a_figure(run: tg.Run) -> None:
    assert run.plot.heatmap(size=(3, 2))._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert run.plot.incumbent.names() == ["incumbent-epochs-branin-cpu", "incumbent-clock-branin-cpu"]
    with pytest.raises(tg.ResultsError, match="there is no figure 'wall'"):
        run.plot.incumbent(figure="wall")


def test_the_command_draws_the_same_choice(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from results.figures import main

    names = tmp_path / "names.toml"
    names.write_text('optuna-tpe = "TPE"\n')
    choice = ["--searchers", "random", "optuna-tpe", "--order", "random", "--labels", str(names)]
    asked = [
        str(example),
        "--only",
        "heatmap",
        "--size",
        "3.3x2.5",
        "--format",
        "png",
        "--out",
        str(tmp_path),
    ]
    assert main([*asked, *choice]) == 0
    assert [path.name for path in tmp_path.glob("*.png")] == ["heatmap-branin-cpu.png"]
    for wrong, said in {
        ("--size", "3x"): "size is '3x'; give print, slide, neurips, icml, ",
        ("--size", "0.1x3"): "size is 0.1 x 3 inches; give 1 to 100 of each",
        ("--order", "rando"): "the run has no searcher or scheduler 'rando'; did you mean 'random'?",
        ("--labels", "none.toml"): "none.toml",
    }.items():
        assert main([*asked, *choice, *wrong]) == 2
        assert said in capsys.readouterr().err


def test_tables_have_the_order_and_the_names_that_are_asked_for(example: Path, tmp_path: Path) -> None:
    from results.tables.__main__ import main

    names = tmp_path / "names.toml"
    names.write_text('optuna-tpe = "TPE"\n')
    asked = [str(example), "--only", "scores", "searchers", "--format", "csv", "--out", str(tmp_path)]
    assert main([*asked, "--order", "random", "fifo", "--labels", str(names)]) == 0
    scores = pd.read_csv(tmp_path / "scores.csv", index_col=0)
    assert list(scores.index) == ["random", "TPE"] and scores.columns[0] == "fifo"
    assert list(pd.read_csv(tmp_path / "searchers.csv")["searcher"]) == ["random", "TPE"]
