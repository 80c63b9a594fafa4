"""On a real cluster with one worker, schedulers that pause decide exactly as the plain models do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers.rung_models import Log, asha, halving
from test_hyperband import brackets, lengths

from benchmarks.engines.common.outcome import Outcome


def log(outcome: Outcome) -> Log:
    """Return (trial, epoch, decision) of every result in the order of arrival."""
    return [(row["trial_id"], row["epoch"], row["decision"]) for row in outcome.results]


def curves(outcome: Outcome, epochs: int) -> dict[str, list[float]]:
    """Return the trials' curves; a curve that was cut short goes on flat unless its trial failed."""
    found: dict[str, list[float]] = {}
    for trial in outcome.trials:
        curve = [row["score"] for row in outcome.results if row["trial_id"] == trial["trial_id"]]
        flat = [] if trial["status"] == "failed" else curve[-1:] * (epochs - len(curve))
        found[trial["trial_id"]] = curve + flat
    return found


MODELS: dict[str, Callable[[dict[str, list[float]]], Log]] = {
    "asha-promote": lambda found: asha(found, (1, 3), 9),
    "sha": lambda found: halving(found, (1, 3), 9, lambda n: n // 3),
    "one-epoch": lambda found: halving(found, (1,), 9, lambda n: max(1, len(found) // 9)),
}


@pytest.mark.parametrize("searcher", ["random", "optuna-tpe"])
@pytest.mark.parametrize("name", list(MODELS))
def test_rungs_decide_as_the_model_whether_or_not_trials_fail(
    one_worker: Callable[..., Outcome], name: str, searcher: str
) -> None:
    outcome = one_worker("probe-failing", searcher, name, trials=18, epochs=9)
    assert outcome.row["status"] == "ok", outcome.row["reason"]
    assert outcome.row["trials_stopped"] > 0
    assert outcome.row["trials_failed"] > 0 or searcher != "random"  # whose trials are always the same
    assert log(outcome) == MODELS[name](curves(outcome, 9))
    assert {trial["status"] for trial in outcome.trials} <= {"ok", "failed"}  # nobody is left resting


@pytest.mark.parametrize("searcher", ["random", "optuna-tpe"])
def test_hyperband_spends_the_same_with_any_search(one_worker: Callable[..., Outcome], searcher: str) -> None:
    outcome = one_worker("probe", searcher, "hyperband", trials=14, epochs=9)
    assert outcome.row["status"] == "ok", outcome.row["reason"]
    assert outcome.row["epochs_spent"] == 72
    renamed = {f"t{int(name[1:]):02d}": curve for name, curve in curves(outcome, 9).items()}
    expected = lengths(renamed, 9)
    assert {f"t{int(trial['trial_id'][1:]):02d}": trial["epochs"] for trial in outcome.trials} == expected
    rows = [(f"t{int(trial[1:]):02d}", epoch, decision) for trial, epoch, decision in log(outcome)]
    for names, _, first in brackets(14, 9):
        for milestone in (first * factor for factor in (1, 3) if first * factor < 9):
            there = [row for row in rows if row[0] in names and row[1] == milestone]
            *waited, (last, _, decision) = there
            assert {row[2] for row in waited} == {"PAUSE"}
            assert decision == ("CONTINUE" if expected[last] > milestone else "STOP")


def test_failing_trials_do_not_stall_a_bracket(one_worker: Callable[..., Outcome]) -> None:
    outcome = one_worker("probe-failing", "grid", "hyperband", trials=27, epochs=9)
    assert outcome.row["status"] == "ok", outcome.row["reason"]
    assert outcome.row["trials_failed"] > 3
