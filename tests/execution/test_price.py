"""The price of a run that trains each configuration once: counted in rehearsals on made-up curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.core.reasons import Headline
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.reading import read
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.trainings import head
from benchmarks.execution.epoch_costs import EpochCosts
from benchmarks.execution.loading import load_data
from benchmarks.execution.price import Price, price
from benchmarks.execution.rehearsal import Rehearsed, RehearsedCurves, rehearse
from benchmarks.suite.experiment import Experiment

TRIALS, EPOCHS = 6, 9


def experiments(searcher: str, *schedulers: str, repetition: int = 0) -> list[Experiment]:
    return [
        Experiment(
            "digits-mlp",
            searcher,
            scheduler,
            trials=TRIALS,
            epochs=EPOCHS,
            repetition=repetition,
            engine="live",
        )
        for scheduler in schedulers
    ]


def rehearsed(tmp_path: Path, asked: list[Experiment], known: KnownCurves | None = None) -> Rehearsed:
    return rehearse(asked, "content", 0.1, known, tmp_path, 60)


def test_schedulers_share_what_a_searcher_proposes_that_does_not_learn(tmp_path: Path) -> None:
    found = rehearsed(tmp_path, experiments("random", "fifo", "asha", "median", "hyperband"))
    assert len(found.distinct) == TRIALS * EPOCHS < found.asked
    assert (found.experiments, found.failed, found.known) == (4, 0, set())


def test_prefixes_are_shared_where_nothing_trains_all(tmp_path: Path) -> None:
    both = rehearsed(tmp_path, experiments("random", "asha", "hyperband"))
    one, other = (rehearsed(tmp_path, experiments("random", name)) for name in ("asha", "hyperband"))
    assert both.distinct == one.distinct | other.distinct
    assert len(both.distinct) < both.asked == one.asked + other.asked


def test_a_population_adds_its_branches_and_its_replay_little(tmp_path: Path) -> None:
    alone = rehearsed(tmp_path, experiments("random", "fifo"))
    population = rehearsed(tmp_path, experiments("random", "fifo", "pbt"))
    replayed = rehearsed(tmp_path, experiments("random", "fifo", "pbt", "pbt-replay"))
    branches = len(population.distinct) - len(alone.distinct)
    assert 0 < branches < TRIALS * EPOCHS
    assert len(replayed.distinct) - len(population.distinct) <= EPOCHS


def test_repetitions_share_nothing(tmp_path: Path) -> None:
    one = rehearsed(tmp_path, experiments("random", "fifo"))
    two = rehearsed(tmp_path, experiments("random", "fifo") + experiments("random", "fifo", repetition=1))
    assert len(two.distinct) == 2 * len(one.distinct) == two.asked


def test_a_known_curve_is_followed_to_its_failure_and_counted_once(tmp_path: Path) -> None:
    subject = Subject("digits-mlp", "content", "cpu", 0.0, 0)
    config, store, found = {"lr": 0.1}, CurveStore(tmp_path / "curves"), Rehearsed()
    curve = Curve(subject, config)
    store.add(head(curve), TrainedEpoch(1, {"val_accuracy": 0.5}, 3.0, 3.0, 0.5))
    store.add(head(curve), TrainedEpoch(2, {}, 1.0, 1.0, 0.5, failure="RuntimeError: no more"))
    for _ in range(2):
        curves = RehearsedCurves(subject, 0.1, read(store.folder, []), found)
        state, metrics, cost = curves.step(curves.start(config), config, 1.0)
        assert (metrics, cost) == ({"val_accuracy": 0.5}, 3.0)
        with pytest.raises(Headline, match="no more"):
            curves.step(state, config, 1.0)
    assert (found.asked, len(found.distinct), len(found.known), found.known_s) == (4, 2, 2, 4.0)


def test_price_takes_other_repetitions_to_be_like_the_first_and_counts_what_is_known(tmp_path: Path) -> None:
    grid = [e for n in range(3) for e in experiments("random", "fifo", "asha", repetition=n)]
    loaded = load_data(grid, None)
    costs = EpochCosts({next(iter(loaded)): 0.5})
    found = price(grid, loaded, costs, tmp_path / "none")
    assert (found.new, found.known, found.failed) == (3 * TRIALS * EPOCHS, 0, 0)
    assert found.training_s == pytest.approx(0.5 * found.new)
    assert found.total_s(1) > found.training_s > found.total_s(100)
    first, second = found.lines(2, "timed here: it")
    assert f"{3 * TRIALS * EPOCHS} of them different; {3 * TRIALS * EPOCHS} to train" in first
    assert "timed here: it" in second


def test_price_says_what_is_not_counted() -> None:
    found = Price()
    found.add(Rehearsed(failed=2), 5, 1.0)
    assert [line for line in found.lines(2, "") if line.startswith("not counted")] == [
        "not counted, for lack of time: 3 experiments",
        "not counted, since they failed on made-up curves: 2 experiments",
    ]
