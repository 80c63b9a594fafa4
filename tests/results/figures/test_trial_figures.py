"""The figures of trials, schedulers and devices: what they show is right, legible, and bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.pictures import caption, check_layout, draw
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from results import Run, load
from results.compare.devices import device_pairs
from results.compare.hyperparameters import hyperparameters, is_choice, spans_decades
from results.compare.stopped_trials import stopped_experiments
from results.compare.timeline import Stretch, lanes, stretches
from results.figures import style
from results.figures.page_share import PageShare
from results.figures.plots import (
    _trials,
    devices,
    gantt,
    importance,
    learning_curves,
    sampled,
    stopped_trials,
)
from results.outputs import NotEnoughData


def made(figures: Callable[[Run], Iterator[tuple[str, Figure]]], run: Run) -> dict[str, Figure]:
    """Draw all figures, and check that each can be read."""
    with style.active():
        found = dict(figures(run))
        for name, figure in found.items():
            draw(figure)
            check_layout(figure, name)
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return load(make_run(tmp_path_factory.mktemp("run"), 2, 4, 3, trials=16, clean=True))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return load(make_run(tmp_path_factory.mktemp("run"), 25, 15, 2, trials=4))


def same_configurations(run: Run) -> Run:
    """Let every scheduler have the configurations that fifo had, as random search proposes them."""
    names = run.experiments[["key", "searcher", "scheduler", "repetition"]]
    trials = run.trials.merge(names, on="key")
    shared = ["searcher", "repetition", "number"]
    fifo = trials[trials["scheduler"] == "fifo"][[*shared, "config"]]
    joined = trials.drop(columns="config").merge(fifo, on=shared)
    return Run(run.experiments, joined.drop(columns=["searcher", "scheduler", "repetition"]), run.results)


def with_gpu(run: Run, speed: float) -> Run:
    """Add the same experiments on a faster GPU."""
    keys = {"key": lambda frame: frame["key"] + "-gpu"}
    times = {name: run.experiments[name] / speed for name in ("wall_s", "train_s")}
    experiments = run.experiments.assign(device="gpu", **keys, **times)
    faster = run.results.assign(clock=run.results["clock"] / speed, **keys)
    both = [(run.experiments, experiments), (run.trials, run.trials.assign(**keys)), (run.results, faster)]
    return Run(*(pd.concat(pair, ignore_index=True) for pair in both))


# Trials over workers


def test_a_stretch_ends_where_a_trial_pauses() -> None:
    results = pd.DataFrame(
        {
            "trial_id": ["a", "b", "a", "a", "b"],
            "seq": range(5),
            "epoch": [1, 1, 2, 3, 2],
            "clock": [2.0, 3.0, 4.0, 9.0, 8.0],
            "cost": [2.0, 3.0, 2.0, 1.0, 3.0],
            "decision": ["CONTINUE", "NOOP", "PAUSE", "END", "STOP"],
        }
    )
    found = [(s.trial, s.start, s.end, s.epoch, s.ends.tolist(), s.last) for s in stretches(results)]
    assert found == [
        ("b", 0, 3, 1, [3], False),
        ("a", 0, 4, 2, [2, 4], False),
        ("b", 5, 8, 2, [8], True),
        ("a", 8, 9, 3, [9], True),
    ]
    assert lanes(stretches(results)) == [0, 1, 0, 1]
    assert stretches(results[:0]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=25))
def test_no_two_trials_share_a_lane_at_a_time_and_lanes_are_few(spans: list[tuple[int, int]]) -> None:
    chart = [Stretch("t", a, a + length, 1, np.array([a + length]), True) for a, length in sorted(spans)]
    taken = lanes(chart)
    for moment in np.arange(0.5, 30):
        busy = [lane for s, lane in zip(chart, taken, strict=True) if s.start < moment < s.end]
        assert len(busy) == len(set(busy))
    most = max((sum(s.start <= t < s.end for s in chart) for t in range(30)), default=0)
    assert len(set(taken)) == most


def test_gantt_shows_one_experiment_a_scheduler_on_as_many_lanes_as_workers(small: Run, big: Run) -> None:
    for key, own in small.results.groupby("key"):
        assert max(lanes(stretches(own))) < 2, key
    [figure] = made(gantt.figures, small).values()
    assert [axes.get_title("left") for axes in figure.axes] == ["asha", "fifo", "hb-bohb", "hyperband"]
    assert "n = 1 (repetition 0)" in caption(figure)
    [figure] = made(gantt.figures, big).values()
    assert len(figure.axes) == 15


# What was stopped


def trials_of(key: str, *rows: tuple[str, str, int, float]) -> list[dict[str, object]]:
    names = ("config", "decision", "epochs", "best")
    return [{"key": key} | dict(zip(names, row, strict=True)) for row in rows]


def test_stopped_trials_are_judged_by_the_full_curves_of_fifo() -> None:
    experiments = pd.DataFrame(
        {
            "key": ["f", "a", "b", "o"],
            "status": "ok",
            "searcher": ["random", "random", "random", "tpe"],
            "scheduler": ["fifo", "asha", "asha", "asha"],
            "repetition": [0, 0, 1, 0],
            "scheduler_trains_all": [True, False, False, False],
        }
    )
    trials = pd.DataFrame(
        trials_of("f", ("x", "completed", 9, 0.2), ("y", "completed", 9, 0.5))
        + trials_of("a", ("x", "stopped", 3, 0.6), ("y", "completed", 9, 0.5))
        + trials_of("b", ("x", "stopped", 3, 0.6), ("y", "completed", 9, 0.5))  # fifo lacks this repetition
        + trials_of("o", ("x", "stopped", 1, 0.9), ("z", "stopped", 3, 0.7))  # z is known nowhere
    )
    trials = trials.astype({"epochs": "Int64"})
    found = stopped_experiments(Run(experiments, trials, pd.DataFrame({"key": []})), "min").set_index("key")
    assert found[["stopped", "matched"]].to_numpy().tolist() == [[1, 1], [1, 0], [2, 1]]
    assert found.loc["a", ["lost", "regret", "saved"]].tolist() == pytest.approx([1, 0.3, 6 / 18])
    assert found.loc[["b", "o"], ["lost", "regret", "saved"]].isna().all(axis=None)
    without = experiments[experiments["scheduler"] != "fifo"]
    assert stopped_experiments(Run(without, trials, pd.DataFrame({"key": []})), "min").empty


def test_killed_says_how_many_trials_it_knows(small: Run, big: Run) -> None:
    assert not made(stopped_trials.figures, small)  # every scheduler had configurations of its own
    for run in (same_configurations(small), same_configurations(big)):
        [figure] = made(stopped_trials.figures, run).values()
        mine = run.experiments[
            (run.experiments["searcher"] == "random") & (run.experiments["status"] == "ok")
        ]
        stops = run.only(mine).trials["decision"].eq("stopped").sum()
        assert f"of {stops} stopped trials" in caption(figure)
    assert "Full curves are known of" in caption(figure)
    shown = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert sorted(shown) == ["asha (2)", "hyperband (2)", "median (2)"]


def test_killed_is_withheld_of_one_repetition_and_says_so(small: Run) -> None:
    one = small.only(small.experiments[small.experiments["repetition"] == 0])
    with pytest.raises(NotEnoughData, match="one repetition shows no share"):
        list(stopped_trials.figures(same_configurations(one)))


# Hyperparameters


def test_hyperparameters_are_taken_apart_and_typed() -> None:
    groups = [{"name": "sgd", "lr": 0.5}, {"name": "adam", "lr": 0.1, "beta": 0.9}, None]
    trials = pd.DataFrame(
        {
            "config/optimizer": [json.dumps(group) if group else None for group in groups],
            "config/layers": pd.array([1, None, 3], dtype="Int64"),
            "config/deep": [True, False, True],
            "config/fixed": [7, 7, 7],
            "number": [0, 1, 2],
        }
    )
    found = hyperparameters(trials)
    assert list(found) == ["deep", "layers", "optimizer.lr", "optimizer.name"]  # beta has one value only
    assert found["layers"].tolist()[::2] == [1.0, 3.0]
    assert found["optimizer.name"].tolist()[:2] == ["sgd", "adam"]
    assert found["deep"].tolist() == ["True", "False", "True"]
    assert found.isna().sum().tolist() == [0, 1, 1, 1]


def test_values_that_are_equal_but_in_type_are_names_and_mixed_numbers_are_numbers() -> None:
    def column(*values: Any) -> pd.Series:
        return hyperparameters(pd.DataFrame({"config/x": list(values)})).get("x", pd.Series(dtype=object))

    assert column("1", "1.0", "true", '"1"').tolist() == ["1", "1.0", "true", '"1"']
    assert column("1", "1.0").tolist() == ["1", "1.0"]
    assert column("1", "0.5", None).tolist()[:2] == [1.0, 0.5]
    assert column('"adam"', '"sgd"').tolist() == ["adam", "sgd"]
    assert column("adam", "1").tolist() == ["adam", "1"]
    assert column("[1, 2]", '{"w": 3}', "[]").tolist() == ["[1, 2]", "{}", "[]"]
    assert column("NaN", "0.5").tolist() == ["NaN", "0.5"]
    groups = [{"f": 1, "sizes": [1]}, {"f": 1.0, "sizes": [2]}, {"f": True, "sizes": []}]
    found = hyperparameters(pd.DataFrame({"config/o": list(map(json.dumps, groups))}))
    assert found["o.f"].tolist() == ["1", "1.0", "true"]
    assert found["o.sizes"].tolist() == ["[1]", "[2]", "[]"]


def test_figures_show_any_number_that_a_double_can_be(small: Run) -> None:
    wide = Run(small.experiments, small.trials.copy(), small.results)
    generator = np.random.default_rng(1)
    count = len(wide.trials)
    wide.trials["config/huge"] = generator.uniform(-1, 1, count) * 1.7e308
    wide.trials["config/wide"] = 10.0 ** generator.uniform(-300, 300, count)
    wide.trials["config/time"] = 1.7e9 + generator.uniform(0, 1e-3, count)
    wide.trials["best"] = generator.uniform(-1, 1, count) * 1.7e308
    for figures in (sampled.figures, importance.figures):
        for figure in made(figures, wide).values():
            figure.canvas.draw()


def test_what_spans_decades_and_what_is_a_choice() -> None:
    rng = np.random.default_rng(0)
    assert spans_decades(10 ** rng.uniform(-4, -1, 100))
    assert not spans_decades(rng.uniform(0, 1, 100))
    assert not spans_decades(np.append(10 ** rng.uniform(-4, -1, 100), 0.0))
    assert is_choice(pd.Series([32.0, 64.0] * 9))
    assert not is_choice(pd.Series(rng.uniform(size=20)))


def test_sampled_pages_have_four_searchers_each(small: Run, big: Run) -> None:
    [figure] = made(sampled.figures, small).values()
    assert [axes.get_title("left") for axes in figure.axes[:2]] == ["random", "grid"]
    assert [axes.get_yscale() for axes in figure.axes[:4]] == ["log", "log", "linear", "linear"]
    dots = len(figure.axes[0].collections[0].get_offsets())
    fifo = (small.experiments["scheduler"] == "fifo") & (small.experiments["searcher"] == "random")
    assert dots == small.only(small.experiments[fifo]).trials["best"].notna().sum()
    with style.active():
        name, figure = next(sampled.figures(big))
    assert name == "sampled-mnist-convnet-cpu-1"
    assert "4 of 24 searchers" in caption(figure)


def test_what_decides_is_the_most_important(small: Run, big: Run) -> None:
    distance = (np.log10(small.trials["config/lr"]) + 2).abs()
    decided = Run(small.experiments, small.trials.assign(best=-distance), small.results)
    [figure] = made(importance.figures, decided).values()
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["lr", "momentum"]
    assert figure.axes[0].patches[0].get_width() > 0.7
    notes = " ".join(text.get_text() for text in figure.texts)
    assert "random x fifo, 48 trials" in notes.replace("\n", " ")
    assert not made(importance.figures, big)  # too few trials: 2 repetitions of 4


# Devices


def test_a_gpu_that_is_four_times_as_fast_may_cost_four_times_as_much(small: Run, big: Run) -> None:
    [(setting, pairs)] = device_pairs(with_gpu(small, 4.0))
    assert setting.settings["device"] == "gpu"
    assert len(pairs) == len(small.experiments)
    for name in ("target_s", "epoch_s", "wall_s"):
        assert pairs[f"cpu_{name}"].to_numpy() == pytest.approx(4 * pairs[f"gpu_{name}"].to_numpy()), name
    [(name, figure)] = made(devices.figures, with_gpu(small, 4.0)).items()
    assert name == "devices-mnist-convnet"
    assert "4 [4, 4]" in caption(figure)
    assert "mnist-convnet on cpu and gpu" in caption(figure)
    [figure] = made(devices.figures, with_gpu(big, 4.0)).values()
    assert len(figure.axes) == 8
    assert not made(devices.figures, small)


def test_time_to_the_same_result_is_to_the_worse_of_the_two(small: Run) -> None:
    both = with_gpu(small, 1.0)
    gpu, known = both.results["key"].str.endswith("-gpu"), both.results["val_accuracy"].notna()
    worse = both.results.assign(val_accuracy=both.results["val_accuracy"].mask(gpu & known, 0.0))
    [(_, pairs)] = device_pairs(Run(both.experiments, both.trials, worse))
    finite = small.results.dropna(subset=["val_accuracy"])
    first = finite.groupby("key")["clock"].min()
    # The first finite result of either is as good as the GPU's last one.
    for device in ("cpu", "gpu"):
        assert pairs[f"{device}_target_s"].tolist() == pytest.approx(first[pairs["cpu_key"]].tolist())


# Learning curves


def test_learning_curves_are_bounded_and_say_what_is_left_out(
    big: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_curves, "MOST_PAGES", 1)
    monkeypatch.setattr(learning_curves, "MOST_TRIALS", 2)
    with style.active():
        found = dict(learning_curves.figures(big))
    [(name, figure)] = found.items()
    assert name == "learning-curves-mnist-convnet-cpu-ax"
    reported = big.experiments.loc[big.experiments["epochs_spent"] > 0, "searcher"].nunique()
    assert 1 < reported < big.experiments["searcher"].nunique()  # what reported nothing takes no page
    assert f"{reported - 1} more searchers have no page here" in caption(figure)
    assert "more trials are not drawn" in caption(figure)
    lines = [len(c.get_paths()) for axes in figure.axes for c in axes.collections]
    assert 0 < max(lines) <= 3  # two, and the incumbent


def test_learning_curves_in_shares_are_all_of_them(big: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning_curves, "MOST_PAGES", 4)
    with style.active():
        whole = [name for name, _ in learning_curves.figures(big)]
        shares = [name for share in PageShare.of(3) for name, _ in learning_curves.figures(big, share=share)]
    assert len(whole) == 4
    assert shares == whole


def test_names_of_runs_make_no_folders(small: Run) -> None:
    renamed = small.experiments.assign(searcher=small.experiments["searcher"] + " @ a/b")
    run = small.only(renamed)
    for figures in (learning_curves.figures, gantt.figures, sampled.figures):
        with style.active():
            stem, _ = next(figures(run))
        assert "/" not in stem


DECISIONS = ("completed", "stopped", "ended", "cut", "failed", "waiting", "unfinished")


@pytest.mark.parametrize("plot", [gantt, learning_curves], ids=["gantt", "learning-curves"])
def test_each_way_to_end_has_a_look_of_its_own(small: Run, plot: Any) -> None:
    words = [DECISIONS[place % 6] for place in range(len(small.trials))]
    known = small.trials.assign(decision=words)
    figures = made(plot.figures, Run(small.experiments, known, small.results)).values()
    said = {text.get_text() for figure in figures for text in figure.legends[0].get_texts()}
    for word in (
        "completed",
        "stopped by the scheduler",
        "ended by itself",
        "cut by the time budget",
        "failed",
    ):
        assert word in said
    looks = gantt.DECISIONS if plot is gantt else _trials.DECISIONS
    assert set(DECISIONS) <= set(looks)
