"""Known results by the command: told, kept with the run, and there when it is resumed without their file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import tunegrid as tg

QUICK = {"engine": "virtual", "trainables": "branin", "schedulers": "fifo", "epochs": 3, "figures": False}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    tg.run(**QUICK, searchers="random", trials=12, name="source", out=tmp_path)
    return tmp_path / "source"


def test_a_run_learns_from_another_one_and_resumes_without_it(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("optuna", reason="optuna is not installed")
    first = tg.run(
        **QUICK,
        searchers=["random", "optuna-tpe", "optuna-cmaes"],
        trials=4,
        known=source,
        prior="best",
        name="informed",
        out=tmp_path,
    )
    said = capsys.readouterr().out
    assert "branin: 12 known results" in said
    assert "told no known results, since they learn from none: random" in said
    assert "optuna-cmaes was told no known results: its first proposals do not depend on them" in said
    told = dict(zip(first.experiments["searcher"], first.experiments["known_told"], strict=True))
    assert told == {"random": 0, "optuna-tpe": 12, "optuna-cmaes": 0}
    best = tg.load(source).trials.sort_values("best").iloc[0]
    begun = first.trials[first.trials["number"] == 0]
    assert begun["config/x"].to_list() == pytest.approx([best["config/x"]] * 3)

    shutil.rmtree(source)
    for table in ("experiments", "trials", "results"):
        shutil.rmtree(tmp_path / "informed" / table)
    again = tg.run(name="informed", out=tmp_path, resume=True, figures=False)
    assert set(again.experiments["key"]) == set(first.experiments["key"])
    columns = ["key", "trial_id", "config", "best"]
    ordered = [run.trials.sort_values(columns[:2])[columns].to_numpy().tolist() for run in (first, again)]
    assert ordered[0] == ordered[1]


def test_a_prior_may_be_a_dict_and_begins_every_searcher(tmp_path: Path) -> None:
    run = tg.run(**QUICK, searchers=["random", "zoopt"], trials=3, prior={"x": 3}, name="begun", out=tmp_path)
    begun = run.trials[run.trials["number"] == 0]
    assert begun[["config/x", "config/y"]].to_numpy().tolist() == [[3.0, 7.5]] * len(run.experiments)


def test_what_does_not_fit_is_one_line(source: Path, tmp_path: Path) -> None:
    table = tmp_path / "wrong.csv"
    table.write_text("x,z,loss\n1,2,3\n")
    with pytest.raises(tg.Misuse, match="has no hyperparameter 'y'; "):
        tg.run(**QUICK, searchers="random", known=table, name="wrong", out=tmp_path)
    with pytest.raises(tg.Misuse, match="has no val_accuracy, the metric of digits-mlp"):
        tg.run(**(QUICK | {"trainables": "digits-mlp"}), searchers="random", known=source, out=tmp_path)
    assert not (tmp_path / "wrong").exists()


@pytest.mark.usefixtures("cluster")
def test_a_run_that_trains_nothing_is_resumed_beside_a_cluster_of_this_process(source: Path) -> None:
    again = tg.run(name=source.name, out=source.parent, resume=True, figures=False)
    assert len(again.experiments) == 1
    with pytest.raises(tg.Misuse, match="Ray is running in this process"):
        tg.run(trainables="branin", trials=1, dry_run=True)
