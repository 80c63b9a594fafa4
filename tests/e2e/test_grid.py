"""The whole grid on a trainable that costs nothing: every cell answered, and answered rightly."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import pandas as pd
import pytest
from helpers import proofs
from helpers.commandline import CommandLine, Finished

from benchmarks.suite.grid import Grid
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Effect
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.suite.spec_file import read

pytestmark = [pytest.mark.slow, pytest.mark.proof]

TRIALS, EPOCHS, WORKERS = 8, 9, 2
#: One searcher of each kind; the whole roster takes minutes (``tox run -e proofs``).
SAMPLE = "random,random-2x,grid,optuna-tpe,bayesopt,nevergrad-pso,repeater,bohb"
SEARCHED = "*" if proofs.asked() else SAMPLE
BOUNDS = {"x": (0.0, 1.0), "lr": (1e-6, 1.0)}
DRAWN_FROM_VARIANTS = ("random", "random-2x", "grid")
POPULATIONS = ("pbt", "pbt-sync", "pb2")


def answer(searcher: str, scheduler: str) -> str:
    """Return the status that the rules and the installed libraries foretell."""
    parts = SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES["free"]
    if why_incompatible(*parts):
        return "incompatible"
    return "unavailable" if why_unavailable(*parts) else "ok"


ANSWERS = {
    (s, c): answer(s, c) for s in SEARCHERS.select(SEARCHED.split(",")) for c in SCHEDULERS.select(["*"])
}
RUN = [cell for cell, status in ANSWERS.items() if status == "ok"]


@pytest.fixture(scope="module")
def grid(command_line: CommandLine) -> Finished:
    return command_line.run("--trainables", "free", "--searchers", SEARCHED, "--no-figures", name="grid")


@pytest.fixture(scope="module")
def ok(grid: Finished) -> pd.DataFrame:
    return grid.experiments[grid.experiments["status"] == "ok"]


def test_the_command_succeeds_and_says_how_it_went(grid: Finished) -> None:
    assert grid.code == 0, grid.err
    assert f"{len(ANSWERS)} of {len(ANSWERS)} experiments answered ({len(RUN)} ok" in grid.out
    assert "Traceback" not in grid.err


def test_every_cell_of_the_grid_is_answered_once(grid: Finished) -> None:
    assert len(grid.experiments) == len(ANSWERS)
    cells = grid.experiments.set_index(["searcher", "scheduler"])
    assert cells["status"].to_dict() == ANSWERS, cells.loc[cells["status"] == "failed", "reason"]


def test_a_cell_that_cannot_run_names_its_rule_and_has_no_results(grid: Finished) -> None:
    ruled = grid.experiments[grid.experiments["status"] == "incompatible"]
    for _, row in ruled.iterrows():
        parts = SEARCHERS[row["searcher"]], SCHEDULERS[row["scheduler"]], TRAINABLES["free"]
        assert row["reason"] and row["reason"] == why_incompatible(*parts)
    assert set(grid.tables.trials["key"]).isdisjoint(ruled["key"])
    assert set(grid.tables.results["key"]).isdisjoint(ruled["key"])


def test_the_driver_ledger_adds_up_to_the_wall_clock(ok: pd.DataFrame) -> None:
    parts = ["suggest_s", "decide_s", "ray_s", "wait_s"]
    assert (ok[parts].sum(axis=1) - ok["wall_s"]).abs().max() < 1e-6
    assert (ok[parts] > 0).all(axis=None)  # each account was really metered


def test_the_workers_ledger_adds_up_to_all_the_time_they_had(ok: pd.DataFrame) -> None:
    assert (ok["train_s"] + ok["idle_s"] - ok["workers"] * ok["wall_s"]).abs().max() < 1e-6
    assert (ok["train_s"] > 0).all() and (ok["idle_s"] > 0).all()
    assert (ok["concurrency"] - ok["train_s"] / ok["wall_s"]).abs().max() < 1e-6


def test_results_are_numbered_in_the_order_of_arrival(grid: Finished, ok: pd.DataFrame) -> None:
    for _, row in ok.iterrows():
        arrived = grid.results_of(row).sort_values("seq")
        assert arrived["seq"].tolist() == list(range(row["epochs_spent"]))
        assert arrived["clock"].is_monotonic_increasing
        assert arrived["clock"].iloc[0] > 0 and arrived["clock"].iloc[-1] <= row["wall_s"]


def test_each_hyperparameter_has_a_column_of_its_type_that_agrees_with_the_json(grid: Finished) -> None:
    trials = grid.tables.trials
    assert str(trials["config/x"].dtype) == str(trials["config/lr"].dtype) == "float64"
    for _, trial in trials.iterrows():
        config = json.loads(trial["config"])
        config.pop("__trial_index__", None)  # a repeater's
        assert config == {"x": trial["config/x"], "lr": trial["config/lr"]}


def test_every_configuration_of_every_cell_lies_in_the_search_space(grid: Finished) -> None:
    for config in [*grid.tables.trials["config"], *grid.tables.results["config"]]:
        for name, (low, high) in BOUNDS.items():
            assert low <= json.loads(config)[name] <= high


def test_trials_are_as_many_as_asked_for(ok: pd.DataFrame) -> None:
    several = ok[ok["scheduler"] != "pbt-replay"]
    assert (several["trials_run"] == several["trials_asked"]).all()
    asked = ok.groupby("searcher")["trials_asked"].unique()
    assert all(list(asked[name]) == [TRIALS * SEARCHERS[name].budget] for name in asked.index)
    assert (ok["trials_failed"] == 0).all()


def test_fifo_trains_every_trial_to_its_end(grid: Finished, ok: pd.DataFrame) -> None:
    fifo = ok[ok["scheduler"] == "fifo"]
    assert len(fifo) == sum(scheduler == "fifo" for _, scheduler in RUN)
    assert (fifo["epochs_spent"] == fifo["trials_asked"] * EPOCHS).all()
    assert (fifo["trials_stopped"] == 0).all()
    for _, row in fifo.iterrows():
        assert set(grid.trials_of(row)["decision"]) == {"completed"}


@pytest.mark.parametrize("scheduler", ["hyperband", "sha", "one-epoch"])
@pytest.mark.parametrize("searcher", [searcher for searcher, scheduler in RUN if scheduler == "hyperband"])
def test_a_synchronous_halving_stops_trials_whoever_searches(
    ok: pd.DataFrame, searcher: str, scheduler: str
) -> None:
    [(_, row)] = ok[(ok["searcher"] == searcher) & (ok["scheduler"] == scheduler)].iterrows()
    assert row["trials_stopped"] > 0  # Ray's HyperBand alone is FIFO under any Searcher
    assert row["epochs_spent"] < row["trials_asked"] * EPOCHS


@pytest.mark.parametrize("scheduler", ["asha", "asha-promote", "median", "resource-changing"])
def test_early_stopping_saves_epochs(grid: Finished, ok: pd.DataFrame, scheduler: str) -> None:
    rows = ok[ok["scheduler"] == scheduler]
    assert len(rows) == sum(name == scheduler for _, name in RUN)
    # Random search fits these rules; a searcher that only ever proposes something better gives no reason
    # to stop.
    [random] = rows.loc[rows["searcher"] == "random", "trials_stopped"]
    assert random > 0
    assert (rows["trials_stopped"] > 0).sum() > len(rows) / 2
    for _, row in rows.iterrows():
        stopped = (grid.trials_of(row)["decision"] == "stopped").sum()
        assert stopped == row["trials_stopped"]
        assert (row["epochs_spent"] < row["trials_asked"] * EPOCHS) == (stopped > 0)


@pytest.mark.parametrize("scheduler", POPULATIONS)
@pytest.mark.parametrize("searcher", DRAWN_FROM_VARIANTS)
def test_a_population_mutates_and_never_leaves_the_domain(
    grid: Finished, searcher: str, scheduler: str
) -> None:
    rows = grid.results_of(grid.experiment(searcher=searcher, scheduler=scheduler))
    mutated = rows.groupby("trial_id")["config"].nunique()
    assert (mutated > 1).any()  # the configurations that trained, not only the last ones
    for config in rows["config"]:
        for name, (low, high) in BOUNDS.items():
            assert low <= json.loads(config)[name] <= high


def test_a_replay_is_one_whole_trial_after_a_population(grid: Finished) -> None:
    replay = grid.experiment(searcher="random", scheduler="pbt-replay")
    population = grid.experiment(searcher="random", scheduler="pbt")
    assert replay["status"] == "ok" and replay["trials_run"] == 1
    assert grid.results_of(replay).sort_values("seq")["epoch"].tolist() == list(range(1, EPOCHS + 1))
    # Asynchronous PBT depends on who comes first, so the two populations need not be equal.
    assert replay["epochs_before"] >= TRIALS * EPOCHS
    others = grid.experiments[grid.experiments["scheduler"] != "pbt-replay"]
    assert (others["epochs_before"].fillna(0) == 0).all() and population["epochs_spent"] >= TRIALS * EPOCHS


def test_all_searchers_look_ahead_equally_far(grid: Finished, ok: pd.DataFrame) -> None:
    for (scheduler, asked), rows in ok.groupby(["scheduler", "trials_asked"]):
        assert rows["look_ahead"].nunique() == 1, (scheduler, asked)  # of random-2x, twice as many are asked
    for _, row in ok[ok["scheduler"] != "pbt-replay"].iterrows():
        begun = most_at_once(grid.trials_of(row))
        if Effect.PAUSE in SCHEDULERS[row["scheduler"]].does:
            assert begun > WORKERS  # those that rest do not count: a bracket fills up
        else:
            # Realised, not only declared: all the workers are used, and a population is complete.
            assert begun <= row["look_ahead"]
            assert begun > WORKERS if row["look_ahead"] > WORKERS else begun == WORKERS


def most_at_once(trials: pd.DataFrame) -> int:
    """Return the largest number of trials between their start and their end."""
    return max(
        ((trials["started"] <= moment) & (moment < trials["ended"])).sum() for moment in trials["started"]
    )


def test_the_incumbent_is_the_best_result(grid: Finished, ok: pd.DataFrame) -> None:
    for _, row in ok.iterrows():
        rows = grid.results_of(row)
        best = rows[(rows["trial_id"] == row["best_trial"]) & (rows["epoch"] == row["best_epoch"])]
        assert row["best"] == rows["score"].max() == best["score"].iloc[-1]


def test_the_environment_of_every_row_is_on_record(grid: Finished, ok: pd.DataFrame) -> None:
    records = json.loads((grid.folder / "provenance.json").read_text())
    assert set(ok["environment"]) == set(records)
    [record] = records.values()
    assert record["packages"]["ray"] == "2.60.0" and record["blas_threads"] == "1"
    assert record["data"].keys() == {"free/subset/0"}


def test_the_run_file_repeats_the_grid(grid: Finished, command_line: CommandLine) -> None:
    run_file = grid.folder / "run.toml"
    again = Grid().changed(read(run_file), "run.toml")
    assert again == replace(PRESETS["quick"], trainables=("free",), searchers=tuple(SEARCHED.split(",")))
    assert sorted(e.key for e in again.experiments()) == sorted(grid.experiments["key"])
    assert tomllib.loads(run_file.read_text())["epochs"] == EPOCHS

    dry = command_line.run("--spec", str(run_file), "--dry-run", "--verbose", name="dry")
    assert dry.code == 0, dry.err
    assert all(key in dry.out for key in grid.experiments["key"])
    assert f"{len(RUN)} to run" in dry.out
    assert not dry.folder.exists()


def test_nothing_of_tune_is_left_outside_the_run_folder(grid: Finished) -> None:
    assert not (grid.home / "ray_results").exists()
    assert list(grid.temporary.iterdir()) == []  # the cluster's folder, sockets and logs


def test_the_run_folder_holds_no_raw_output_of_tune_unless_asked(grid: Finished) -> None:
    kinds = {"run.toml", "provenance.json", "experiments", "trials", "results", "checkpoints"}
    assert {path.name for path in grid.folder.iterdir()} == kinds
    assert list(grid.folder.rglob("events.out.tfevents*")) == []
