"""Answers of a run: its best configuration, its comparison, its recommendation, parts of it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import tunegrid as tg


def test_the_best_is_the_incumbent_of_the_best_experiment(example: Path) -> None:
    run = tg.load(example)
    best = run.best()
    row = run.experiments.loc[run.experiments["best"].idxmin()]
    assert (best.value, best.searcher, best.scheduler) == (row["best"], row["searcher"], row["scheduler"])
    assert (best.epoch, best.repetition, best.metric) == (row["best_epoch"], row["repetition"], "loss")
    trial = run.trials[(run.trials["key"] == row["key"]) & (run.trials["trial_id"] == row["best_trial"])]
    assert best.configuration == json.loads(trial["config"].iloc[0])
    assert best.checkpoint is None and np.isnan(best.test)
    with pytest.raises(tg.ResultsError, match="branin kept no checkpoint"):
        best.model()
    with pytest.raises(dataclasses.FrozenInstanceError):
        best.value = 0.0  # type: ignore[misc]


def test_the_best_of_a_part_is_its_own(example: Path) -> None:
    run = tg.load(example)
    rows = run.experiments
    for searcher in ("random", "optuna-tpe"):
        assert run.best(searcher=searcher).value == rows.loc[rows["searcher"] == searcher, "best"].min()
    with pytest.raises(
        tg.ResultsError, match=r"no experiment with searcher 'randm'; the nearest is 'random'"
    ):
        run.best(searcher="randm")


def test_the_comparison_has_what_the_tables_have(example: Path) -> None:
    run = tg.load(example)
    rows = run.compare()
    assert list(rows.columns[:10]) == [
        *(
            "tasks",
            "engine",
            "device",
            "searcher",
            "scheduler",
            "n",
            "metric",
            "mean",
            "mean_low",
            "mean_high",
        )
    ]
    assert len(rows) == 4 and set(rows["n"]) == {2} and set(rows["tasks"]) == {"branin"}
    assert rows["probability"].sum() == pytest.approx(1, abs=1e-6)
    assert ((rows["mean_low"] <= rows["mean"]) & (rows["mean"] <= rows["mean_high"])).all()
    assert np.isfinite(rows["speed_up"]).all() and rows["failure"].between(0, 1).all()
    asha = run.compare(schedulers="asha")
    assert set(asha["scheduler"]) == {"asha"} and len(asha) == 2
    whole = rows.set_index(["searcher", "scheduler"])["mean"]
    for row in asha.to_dict("records"):
        assert row["mean"] == pytest.approx(whole[(row["searcher"], "asha")])


def test_a_part_of_a_run_is_a_run(example: Path) -> None:
    run = tg.load(example)
    part = run.where(searchers=["random"], schedulers="fifo")
    assert isinstance(part, tg.Run) and len(part.experiments) == 2
    assert set(part.trials["key"]) == set(part.results["key"]) == set(part.experiments["key"])
    assert set(run.where(searchers="optuna-*").experiments["searcher"]) == {"optuna-tpe"}
    with pytest.raises(tg.ResultsError, match=r"the run has no scheduler 'ashaa'; did you mean 'asha'\?"):
        run.where(schedulers="ashaa")


def test_the_recommendation_is_the_commands(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.recommend import main

    run = tg.load(example)
    text = run.recommend(budget="20e", top=3)
    assert main([str(example), "--workers", "2", "--budget", "20e", "--top", "3"]) == 0
    assert capsys.readouterr().out.rstrip("\n") == text
    with pytest.raises(tg.ResultsError, match="'soon' is not a budget"):
        run.recommend(budget="soon")
    with pytest.raises(tg.ResultsError, match="no experiment has 7 workers"):
        run.recommend(workers=7)


def test_report_and_figures_are_files(example: Path, tmp_path: Path) -> None:
    run = tg.load(example)
    assert run.report(tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")
    files = run.figures(tmp_path / "figures", only=["heatmap"])
    assert {file.suffix for file in files} == {".png", ".pdf"} and all(file.is_file() for file in files)
    with pytest.raises(tg.ResultsError, match=r"there is no figure 'heatmaps'; did you mean 'heatmap'\?"):
        run.figures(tmp_path, only=["heatmaps"])
