"""The report's data against the store and the other commands, and the command itself."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.report_page import island, until
from helpers.synthetic import make_run

from results import Store, load
from results.compare.budgets import WHOLE, at_budget
from results.compare.grouping import candidates, comparisons
from results.recommend import as_data
from results.report import curves, document
from results.report.command import main, write
from results.report.payload import payload
from results.types import Axis

ROOT = Path(__file__).parents[3]
SEVERAL = ["score", "metric", "regret"]  # measures of the curves of one task, that of its answer first
NASTY = "</script><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("run") / "mine"
    make_run(made, 4, 4, 3, trainable="one")
    return make_run(made, 4, 4, 3, trainable="two")


@pytest.fixture(scope="module")
def data(folder: Path) -> dict[str, Any]:
    return payload(load(folder), [folder])


def test_every_combination_has_a_mean_of_its_scores_or_a_reason(folder: Path, data: dict[str, Any]) -> None:
    run = load(folder)
    scored = run.experiments.assign(score=100 * (run.experiments["best"] - 0.8) / (0.98 - 0.8))
    scored = scored.merge(at_budget(run, WHOLE)[["key", "doublings"]], on="key", how="left")
    (place,) = data["places"]
    assert [view["task"] for view in place["views"]] == ["", "one", "two"]
    for view in place["views"]:
        own = scored[scored["trainable"].isin(view["tasks"])]
        rows = zip(view["pairs"], view["cells"], view["asked"], strict=True)
        for pair, (mean, low, high, n, place), (asked, reasons) in rows:
            mine = own[(own["searcher"] == pair[0]) & (own["scheduler"] == pair[1])]
            assert asked == len(mine)
            # Over tasks the speed-up is averaged: points of the score are of another size on each.
            scores = mine.groupby("trainable")["score" if view["task"] else "doublings"].agg(
                ["mean", "count"]
            )
            if mean is None:
                assert reasons and place is None and not scores["count"].all()
            else:
                assert mean == pytest.approx(scores["mean"].mean(), rel=1e-4)
                assert n == scores["count"].min()
                assert low < mean < high and -1 <= place <= 1
        assert len(view["pairs"]) == 16


def test_the_ranking_is_that_of_the_recommender(folder: Path, data: dict[str, Any]) -> None:
    view = data["places"][0]["views"][0]
    [choice] = candidates(load(folder), 2, WHOLE)
    said = as_data(choice)
    assert (said["metric"], view["metric"]) == ("log2 speed-up", "log2 speed-up")
    for row, theirs in zip(view["ranking"]["rows"], said["combinations"], strict=True):
        assert view["pairs"][row[0]] == (theirs["searcher"], theirs["scheduler"])
        assert row[2:7] == pytest.approx(
            [theirs[name] for name in ("mean", "probability", "difference", "low", "high")],
            rel=1e-4,
            abs=1e-4,
        )
    assert view["ranking"]["caution"].startswith("CAUTION: 6 repetitions in all")


@pytest.mark.parametrize("name", curves.AXES)
def test_a_thinned_curve_never_shows_a_value_before_it_was_found(folder: Path, name: Axis) -> None:
    [several] = comparisons(load(folder))
    view = several.tasks_alone["one"]
    whole = view.curves(name)
    thin = curves.thinned(whole, 4)
    for key in whole.keys:
        exact, shown = whole.curve(key), thin.curve(key)
        assert len(shown.x) == min(len(exact.x), 4)
        held = exact.y[np.searchsorted(exact.x, shown.x, side="right") - 1]
        assert (shown.y <= held).all()
        assert (shown.x[0], shown.x[-1], shown.y[-1]) == (exact.x[0], exact.x[-1], exact.y[-1])


def test_the_mean_curve_ends_at_the_mean_score_and_over_tasks_at_the_regret(data: dict[str, Any]) -> None:
    for view in data["places"][0]["views"]:
        regrets = {row[0]: [row[5], row[6], row[7]] for row in view["headline"]["rows"]}
        for drawn in view["curves"].values():
            (bands, *_) = drawn["measures"].values()
            assert bands
            for place, _start, _end, (mean, low, high), _quartiles in bands:
                ends = view["cells"][place][:3] if view["task"] else regrets[place]
                assert [mean[-1], low[-1], high[-1]] == pytest.approx(ends, rel=1e-3)


def test_behind_the_mean_over_tasks_are_the_regrets_of_each(data: dict[str, Any]) -> None:
    whole, *tasks = data["places"][0]["views"]
    assert list(whole["curves"]["epochs"]["measures"]) == ["regret"]
    assert [one["task"] for one in whole["behind"]] == [view["task"] for view in tasks] == ["one", "two"]
    for one, view in zip(whole["behind"], tasks, strict=True):
        assert (list(view["curves"]["epochs"]["measures"]), view["behind"]) == (SEVERAL, [])
        own = {tuple(view["pairs"][row[0]]): row[5] for row in view["headline"]["rows"]}
        for band in one["curves"]["epochs"]["measures"]["regret"]:
            assert band[3][0][-1] == pytest.approx(own[tuple(whole["pairs"][band[0]])], rel=1e-3)


def test_full_trainings_are_an_axis_only_where_all_that_was_trained_has_a_cost(tmp_path: Path) -> None:
    run = load(make_run(tmp_path / "run", 2, 2, 3, clean=True))
    (place,) = payload(run, [])["places"]
    assert list(place["axes"]) == list(place["views"][0]["curves"]) == list(curves.AXES)
    run = load(tmp_path / "run")
    whole = run.curves("trainings")
    run._curves["trainings"] = replace(whole, x=whole.x * np.nan)
    (place,) = payload(run, [])["places"]
    assert list(place["axes"]) == list(place["views"][0]["curves"]) == ["epochs", "clock", "trials"]
    assert {len(row) for row in place["views"][0]["experiments"]} == {5 + 3}


def test_a_task_without_constants_is_shown_by_its_metric(tmp_path: Path) -> None:
    run = load(make_run(tmp_path / "run", 2, 2, 3, clean=True))
    run.experiments[["baseline", "optimum"]] = np.nan
    (view,) = payload(run, [])["places"][0]["views"]
    best = run.experiments.groupby(["searcher", "scheduler"])["best"].mean()
    assert view["metric"] == "val_accuracy"
    assert [cell[0] for cell in view["cells"]] == pytest.approx(best.tolist(), rel=1e-4)
    assert view["ranking"]["rows"][0][2] == pytest.approx(best.max(), rel=1e-4)


def test_trials_are_the_best_of_each_combination(folder: Path, data: dict[str, Any]) -> None:
    run = load(folder)
    view = data["places"][0]["views"][1]
    place = view["pairs"].index(("random", "fifo"))
    keys = run.experiments.query("trainable == 'one' and searcher == 'random' and scheduler == 'fifo'")["key"]
    best = run.trials[run.trials["key"].isin(keys)]["best"].dropna().sort_values(ascending=False)
    shown = [row[3] for row in view["trials"] if row[0] == place]
    assert shown == pytest.approx(best.tolist()[: len(shown)], rel=1e-4)
    assert len(shown) == min(len(best), data["limits"]["trials"])


def test_equal_results_give_equal_bytes(folder: Path, data: dict[str, Any], tmp_path: Path) -> None:
    write([folder], tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == document.render(data).encode()


def test_names_cannot_end_the_script_or_the_title(tmp_path: Path) -> None:
    page = document.render({"title": NASTY, "reason": NASTY, "template": "{{plotly}}"})
    assert (page.count("</script>"), page.count("<img")) == (3, 0)  # data, Plotly, the page's own
    assert island(page) == {"title": NASTY, "reason": NASTY, "template": "{{plotly}}"}


def test_the_vendored_library_is_the_published_one() -> None:
    vendor = ROOT / "results" / "report" / "vendor"
    assert hashlib.sha256((vendor / document.PLOTLY).read_bytes()).hexdigest() == document.PLOTLY_SHA256
    assert "MIT License" in (vendor / "LICENSE").read_text()


def test_two_runs_stand_side_by_side(folder: Path, tmp_path: Path) -> None:
    again = make_run(tmp_path / "again", 4, 4, 3, trainable="one")
    out = tmp_path / "both.html"
    assert main([str(folder), str(again), "--out", str(out), "--open", "no"]) == 0
    read = island(out.read_text())
    assert "random @ again" in read["places"][0]["views"][1]["searchers"]
    assert [one["run"] for one in read["environments"]] == ["mine", "again"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["RUN", "RUN", "--out", "x.html"], "RUN is given twice"),
        (["RUN", "other"], "2 runs have no folder of their own"),
        (["RUN", "--watch", "0"], "argument --watch: '0' is not a duration above 0; give seconds"),
        (["RUN", "--out", "RUN/run.toml/x.html"], ""),
    ],
)
def test_misuse_is_one_line_and_2(
    folder: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [option.replace("RUN", str(folder)) for option in options]
    try:
        code = main([*given, "--open", "no"])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    error = capsys.readouterr().err
    assert (code, error.count("\n")) == (2, 1)
    assert error.startswith(f"python -m results.report: {said.replace('RUN', str(folder))}")


def test_a_damaged_provenance_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path / "run", 1, 1, 1)
    (run / "provenance.json").write_text("{")
    assert main([str(run), "--open", "no"]) == 2
    assert "provenance.json is not JSON" in capsys.readouterr().err


def test_watching_begins_with_nothing_follows_what_is_committed_and_ends_well(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.toml").write_text("")
    command = [sys.executable, "-m", "results.report", str(run), "--open", "no", "--watch", "0.2"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background ignore Ctrl-C, and what they start inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        page = run / "report.html"
        until(page.exists)
        first = page.read_text()
        assert "Nothing is committed yet" in first and 'data-watch="0.2"' in first
        make_run(run, 1, 2, 2)
        until(lambda: len(island(page.read_text())["places"]) == 1)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, error) == (0, "")
    assert "no longer watching" in out
    assert 'data-watch="0"' in page.read_text()


def test_a_run_of_failures_alone_has_its_reasons(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run, 1, 1, 1)
    row = {
        "key": "k",
        "trainable": NASTY,
        "searcher": "s",
        "scheduler": "c",
        "status": "failed",
        "reason": NASTY,
    }
    row |= {"trials": 1, "epochs": 1, "workers": 1, "repetition": 0, "engine": "tune", "device": "cpu"}
    Store(run).write([row], [], [])
    one = payload(load(run), [run])["failures"]
    assert [(failure["reason"], failure["experiments"]) for failure in one] == [(NASTY, 1)]
    alone = payload(load(run).only(["k"]), [run])
    assert alone["places"] == [] and alone["summary"][1] == "What became of them: 1 failed."
