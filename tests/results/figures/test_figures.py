"""The figures of runs of several sizes: files, captions, and that nothing overlaps or is cut off."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.pictures import caption, check_layout, draw, printed_caption
from helpers.synthetic import make_run
from matplotlib.figure import Figure
from matplotlib.text import Text

from results import Run, figures, load
from results.compare.grouping import comparisons
from results.figures import style
from results.figures.plots import _map_page, heatmap, incumbent, learning_curves, ledger
from results.figures.typesetting import short_words, text_width, wrap

#: name -> (searchers, schedulers, repetitions, more)
RUNS = {
    "1x1": ((1, 1, 1), {}),
    "3x4": ((3, 4, 3), {}),
    "2x3 virtual": ((2, 3, 1), {"engine": "virtual", "clean": True}),
    "7x10": ((7, 10, 3), {}),
    "12x10": ((12, 10, 1), {"trials": 12, "chance": 0.6}),
    "25x20": ((25, 20, 2), {"trials": 4}),
    "2x2x8": ((2, 2, 8), {}),
}

Named = dict[str, Figure]


@pytest.fixture(scope="module", params=list(RUNS))
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Run, Named]:
    """A run and all its figures (of the learning curves one page), laid out and drawn once."""
    size, more = RUNS[request.param]
    run = load(make_run(tmp_path_factory.mktemp("run"), *size, **more))
    with style.active():
        large = size[0] > 10  # one figure of panels stands for the others, to save time
        pages = [heatmap.figures(run), itertools.islice(incumbent.figures(run), 1 if large else 2)]
        curves = 0 if size[0] == 12 else 1
        pages += [ledger.figures(run), itertools.islice(learning_curves.figures(run), curves)]
        named = dict(itertools.chain.from_iterable(pages))
        for figure in named.values():
            draw(figure)
    return request.param, run, named


def test_no_text_overlaps_another_is_cut_off_or_covers_data(drawn: tuple[str, Run, Named]) -> None:
    for name, figure in drawn[2].items():
        check_layout(figure, f"{drawn[0]} {name}")


def test_names_of_axes_below_each_other_read_as_several(drawn: tuple[str, Run, Named]) -> None:
    for name, figure in drawn[2].items():
        boxes = [axes.yaxis.label.get_window_extent() for axes in figure.axes if axes.get_ylabel()]
        for one, other in itertools.combinations(boxes, 2):
            if one.x0 < other.x1 and other.x0 < one.x1:  # in one column
                gap = max(one.y0 - other.y1, other.y0 - one.y1) / figure.dpi
                assert gap > 0.08, f"{drawn[0]} {name}: {gap:.2f} inches"


def test_captions_say_n_engine_budget_and_band(drawn: tuple[str, Run, Named]) -> None:
    size, run, named = drawn
    repetitions = RUNS[size][0][2]
    engine = run.experiments["engine"].iloc[0]
    for name, figure in named.items():
        said = caption(figure)
        assert "n = 1" in said if name.startswith("learning") else f"{repetitions} repetition" in said, name
        assert f"mnist-convnet on cpu, data subset; engine {engine} " in said
        assert f"budget {run.experiments['trials'].iloc[0]} trials of at most 9 epochs, 2 workers" in said
        assert ("virtual time" if engine == "virtual" else "wall time") in said
        if repetitions == 1 and not name.startswith("heatmap"):
            assert "o band" in said, name
    shown = printed_caption(named["incumbent-epochs-mnist-convnet-cpu"]).replace("\n", " ")
    assert ("No band" if repetitions == 1 else "Band: the 95 % t-interval of the mean.") in shown


def test_what_stands_in_a_cell_of_the_heat_map_is_not_wider_than_it(drawn: tuple[str, Run, Named]) -> None:
    for figure in maps(drawn[2]):
        axes = figure.axes[0]
        width = axes.get_window_extent().width / len(axes.get_xticks())
        for text in axes.texts:
            assert text.get_window_extent().width <= width
            if "\n" not in text.get_text():
                assert text.get_fontsize() >= _map_page.TYPE - 0.01, text.get_text()


def maps(named: Named) -> list[Figure]:
    """Return the pages of the heat map."""
    return [figure for name, figure in named.items() if name.startswith("heatmap")]


def test_searcher_with_another_budget_says_so_wherever_it_is_compared(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 13, 2, 2, trials=3, clean=True))
    assert "random-2x" in set(run.experiments["searcher"])
    two = run.only(run.experiments[run.experiments["searcher"].isin(["random", "random-2x"])])
    with style.active():
        named = dict(
            itertools.chain.from_iterable(
                plot.figures(two) for plot in (heatmap, incumbent, learning_curves, ledger)
            )
        )
    said = {name: {text.get_text() for text in figure.findobj(Text)} for name, figure in named.items()}
    title = "Learning curves of random-2x (2x budget): mnist-convnet on cpu"
    assert title in said.pop("learning-curves-mnist-convnet-cpu-random-2x")
    del said["learning-curves-mnist-convnet-cpu-random"]
    assert len(said) == 4
    for name, printed in said.items():
        words = {text.strip().partition(" x ")[0] for text in printed}
        assert "random-2x (2x budget)" in words, name
        assert "random-2x" not in words, name
        assert "random" in words, name


def test_the_clock_says_whose_it_is(drawn: tuple[str, Run, Named]) -> None:
    engine = drawn[1].experiments["engine"].iloc[0]
    for name in (name for name in drawn[2] if "clock" in name):
        labels = {axes.get_xlabel() for axes in drawn[2][name].axes} - {""}
        assert labels == {"virtual seconds" if engine == "virtual" else "wall clock (s)"}


def test_every_combination_without_a_result_says_why(drawn: tuple[str, Run, Named]) -> None:
    pages = maps(drawn[2])
    printed = "\n".join(text.get_text() for figure in pages for text in figure.findobj(Text))
    for status in set(drawn[1].experiments["status"]) - {"ok"}:
        assert f"{status}: " in printed
    for figure in pages:
        marks = [text.get_text() for text in figure.texts if text.get_text().startswith("[")]
        assert len(marks) == len(set(marks))


def test_engines_and_budgets_never_share_a_figure(tmp_path: Path) -> None:
    for engine, trials in (("tune", 4), ("virtual", 4), ("tune", 6)):
        make_run(tmp_path, 2, 2, 1, engine=engine, trials=trials)
    with style.active():
        names = [name for name, _ in incumbent.figures(load(tmp_path))]
    assert {name.removeprefix("incumbent-epochs-") for name in names if "epochs" in name} == {
        "mnist-convnet-cpu-tune-t4",
        "mnist-convnet-cpu-tune-t6",
        "mnist-convnet-cpu-virtual-t4",
    }


def test_runs_with_another_start_never_share_a_figure(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 1, 2, 2, clean=True))
    starts = run.experiments["scheduler"].map({"fifo": 0, "asha": 3}).astype("Int64")
    mixed = run.only(run.experiments.assign(same_start=starts))
    found = {setting.slug: setting for setting in comparisons(mixed, scored=False)}
    assert set(found) == {"mnist-convnet-cpu-s0", "mnist-convnet-cpu-s3"}
    assert "the same 3 configurations first" in found["mnist-convnet-cpu-s3"].caption("n = 2")
    assert "same" not in found["mnist-convnet-cpu-s0"].caption("n = 2")


def test_what_is_not_as_usual_has_figures_of_its_own_whose_captions_say_so(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 1, 2, 2, clean=True, engine="virtual"))
    first = run.experiments["scheduler"] == "fifo"
    odd = run.experiments.assign(
        time_budget=first.map({True: 3.7, False: 0.0}),
        stragglers=first.map({True: 0.5, False: np.nan}),  # older than the column
    )
    found = {one.slug: one.caption("n = 2") for one in comparisons(run.only(odd), scored=False)}
    assert set(found) == {"mnist-convnet-cpu-time3.7-sigma0.5", "mnist-convnet-cpu-time0-sigma0"}
    unusual = ", at most 3.7 seconds, stragglers of sigma 0.5; n = 2."
    assert found["mnist-convnet-cpu-time3.7-sigma0.5"].endswith(unusual)
    assert "ended" not in found["mnist-convnet-cpu-time0-sigma0"]


def test_runs_older_than_the_option_count_as_without_it(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 1, 2, 2, clean=True))
    older = run.experiments.assign(
        same_start=run.experiments["same_start"].where(run.experiments["scheduler"] == "fifo"),
        trials_asked=run.experiments["trials_asked"].where(run.experiments["scheduler"] == "fifo"),
    )
    [setting] = comparisons(run.only(older), scored=False)
    assert (setting.slug, len(setting.experiments)) == ("mnist-convnet-cpu", 4)
    assert setting.label("random") == "random"
    assert "same" not in setting.caption("n = 2")


def test_chance_level_failures_do_not_flatten_the_curves(tmp_path: Path) -> None:
    run = load(make_run(tmp_path, 1, 2, 1, trials=16, chance=0.5, clean=True))
    with style.active():
        [(_, figure)] = learning_curves.figures(run)
    assert figure.axes[0].get_ylim()[0] > 0.5
    assert "below the axis" in caption(figure)


@pytest.mark.slow
def test_make_all_writes_vector_pdfs_with_text_and_pngs(tmp_path: Path) -> None:
    make_run(tmp_path, 1, 2, 2)
    paths = figures.make_all(tmp_path)
    assert {path.parent for path in paths} == {tmp_path / "figures"}
    stems = {path.stem.removesuffix("-mnist-convnet-cpu") for path in paths}
    assert stems >= {"heatmap", "score-map", "incumbent-epochs", "incumbent-clock", "ledger"}
    assert len(paths) == 2 * len(stems)
    for path in paths:
        head = path.read_bytes()
        if path.suffix == ".pdf":
            assert head.startswith(b"%PDF")
            assert b"/FontFile2" in head, "TrueType fonts are embedded"
            assert b"/Subtype /Image" not in head, "nothing is drawn as pixels"
        else:
            assert head.startswith(b"\x89PNG")
    words = [str(tmp_path), "--out", str(tmp_path / "again"), "--only", "heatmap", "ledger", "pareto"]
    assert figures.main([*words, "--jobs", "2"]) == 0
    again = list((tmp_path / "again").iterdir())
    assert len(again) == 6
    for path in again:
        assert path.read_bytes() == (tmp_path / "figures" / path.name).read_bytes(), "equal files again"


@pytest.mark.slow
def test_figures_of_many_experiments_do_not_run_the_program_again(tmp_path: Path) -> None:
    make_run(tmp_path, 10, 10, 1, trials=2)
    program = tmp_path / "program.py"  # without a guard, as a user's own file may be
    program.write_text(
        "import pathlib, results.figures as f\nprint('once')\n"
        "f.PLOTS = {name: f.PLOTS[name] for name in ('heatmap', 'pareto')}\n"
        f"print(len(f.make_all(pathlib.Path({str(tmp_path)!r}))))"
    )
    for words, given in (([str(program)], ""), (["-"], program.read_text())):
        python = subprocess.run([sys.executable, *words], input=given, capture_output=True, text=True)
        assert python.stdout.split() == ["once", "4"], python.stderr


def test_one_plot_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path, 1, 1, 1)

    def broken(run: Run) -> Iterator[tuple[str, Figure]]:
        raise RuntimeError("no ink")

    monkeypatch.setitem(figures.PLOTS, "heatmap", broken)
    assert figures.main([str(tmp_path), "--format", "png", "--only", "heatmap", "ledger"]) == 1
    said = capsys.readouterr()
    assert "python -m results.figures: heatmap: RuntimeError: no ink" in said.err
    assert "ledger-mnist-convnet-cpu.png" in said.out
    monkeypatch.setattr(figures, "PLOTS", {"heatmap": broken, "ledger": ledger.figures})
    assert len(figures.make_all(tmp_path)) == 2


def test_no_data_is_said_and_drawn_as_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run.toml").write_text("")
    assert figures.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("no figure, the run has no data for it yet") == len(figures.PLOTS)
    assert not (tmp_path / "figures").exists()


def test_misuse_is_one_line_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert figures.main([str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("python -m results.figures: ")
    assert said.count("\n") == 1
    with pytest.raises(SystemExit) as ended:
        figures.main([str(tmp_path), "--only", "pie"])
    assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        figures.main([str(tmp_path), "--jobs", "-1"])
    assert ended.value.code == 2


def test_names_have_different_looks_that_others_do_not_change() -> None:
    few, many = (
        style.looks(["grid", "random", "zzz"]),
        style.looks(["grid", "random", "aaa", "zzz", "hyperopt"]),
    )
    assert few["grid"] == many["grid"]
    assert few["random"] == many["random"]
    assert len(set(style.looks(map(str, range(24))).values())) == 24


def test_wrapping_fits_the_room_and_loses_nothing() -> None:
    text = "a reason with /a/path/" + "x" * 80 + " and more words to wrap into lines"
    lines = wrap(text, 1.0, 7)
    assert all(text_width(line, 7) <= 1.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_of_hundreds_of_letters_stays_on_the_page() -> None:
    name = "W" * 150 + "i" * 150
    assert all(text_width(line, 6.8) <= 7 for line in wrap(f"mean {name} at the end", 7, 6.8))
    assert short_words(f"mean {name} at the end") == f"mean {'W' * 30}…{'i' * 30} at the end"
