"""Functions that report checkpoints, on real Ray: they pause and mutate, or say why they cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.experiment import Experiment
from benchmarks.testing.cluster import Lab, open_lab

pytestmark = pytest.mark.slow
PAUSING = ("asha-promote", "sha", "one-epoch", "hyperband")
MUTATING = ("pbt", "pbt-sync", "pbt-replay", "pb2")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with open_lab() as opened:
        yield opened


def run(lab: Lab, scheduler: str, trainable: str = "function-saves") -> Outcome:
    return lab.once(Experiment(trainable, "random", scheduler, trials=6, epochs=6, workers=2))


def curves(outcome: Outcome) -> dict[str, list[float]]:
    """Return the score of each epoch by configuration."""
    found: dict[str, list[float]] = {}
    for row in outcome.results:
        curve = found.setdefault(row["config"], [])
        curve.append(row["score"])
        assert row["epoch"] == len(curve)  # no epoch is lost or trained twice
    return found


@pytest.mark.parametrize("scheduler", PAUSING)
def test_same_configuration_has_the_same_curve_though_it_rested(lab: Lab, scheduler: str) -> None:
    whole, paused = run(lab, "fifo"), run(lab, scheduler)
    assert paused.status == "ok", paused.row["reason"]
    assert paused.row["trials_failed"] == 0
    assert any(row["decision"] == "PAUSE" for row in paused.results)
    full = curves(whole)
    for config, curve in curves(paused).items():
        assert curve == full[config][: len(curve)]


@pytest.mark.parametrize("scheduler", MUTATING)
def test_population_of_functions_trains_to_its_end(lab: Lab, scheduler: str) -> None:
    outcome = run(lab, scheduler)
    assert outcome.status == "ok", outcome.row["reason"]
    assert {(trial["status"], trial["reason"]) for trial in outcome.trials} == {("ok", "")}
    assert max(row["epoch"] for row in outcome.results) == 6


@pytest.mark.parametrize("scheduler", ["fifo", "asha-promote", "pbt"])
def test_incumbents_checkpoint_is_kept(lab: Lab, scheduler: str) -> None:
    assert run(lab, scheduler).row["checkpoint"].startswith("checkpoints/")


@pytest.mark.parametrize(
    ("trainable", "reason"),
    [
        ("function-keeps-nothing", "was reported without a checkpoint"),
        ("function-loads-nothing", "without reading tune.get_checkpoint()"),
    ],
)
def test_function_that_does_not_keep_its_word_fails_with_the_reason(
    lab: Lab, trainable: str, reason: str
) -> None:
    outcome = run(lab, "asha-promote", trainable)
    failed = [trial for trial in outcome.trials if trial["status"] == "failed"]
    assert failed and all(reason in trial["reason"] for trial in failed)
    assert run(lab, "fifo", trainable).row["trials_failed"] == 0
