"""Each configuration is trained twice, the first time as everywhere else, and its mean survives failures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from optuna.trial import TrialState
from ray.tune.search.repeater import TRIAL_INDEX

from benchmarks.core.seeding import trial_seed
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS
from benchmarks.suite.rules import why_incompatible
from benchmarks.testing.offline import Config, End, Offline, drive
from benchmarks.trainables.probe import space


def search(trials: int, max_concurrent: int = 4, first: tuple[Config, ...] = ()) -> Offline:
    return Offline("repeater", space(), trials=trials, max_concurrent=max_concurrent, first=first)


def study_of(asked: Offline) -> Any:
    """Optuna's study: what the searcher inside has been told."""
    return asked.algorithm.searcher.searcher.searcher._ot_study


def configuration(config: Config) -> Config:
    return {name: value for name, value in config.items() if name != TRIAL_INDEX}


def pair(ends: tuple[End, End], values: tuple[float, float]) -> Any:
    """What Optuna knows of a configuration whose two trainings end so with these results."""
    asked = search(2)
    ids = [str(asked.ask()), str(asked.ask())]
    for trial_id, end, value in zip(ids, ends, values, strict=True):
        asked.play(trial_id, end, lambda config, value=value: value)
    [known] = study_of(asked).trials
    return known


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_each_configuration_is_trained_twice_and_only_the_second_has_an_index(at_once: int) -> None:
    given = drive(search(12), at_once=at_once)
    assert len(given) == 12
    for one, other in zip(given[::2], given[1::2], strict=True):
        assert TRIAL_INDEX not in one
        assert other == {**one, TRIAL_INDEX: 1}
    assert len({repr(config) for config in given[::2]}) == 6


def test_second_training_has_other_weights_and_the_first_those_that_all_searchers_give_it() -> None:
    one, other = drive(search(2))
    weights = [trial_seed("probe", 0, config, "weights") for config in (one, other, configuration(other))]
    assert weights[0] == weights[2] != weights[1]


def test_searcher_learns_the_mean_of_both_trainings() -> None:
    known = pair((End.OK, End.OK), (0.2, 0.6))
    assert (known.state, known.value) == (TrialState.COMPLETE, pytest.approx(0.4))


@pytest.mark.parametrize("bad", [End.FAILS, End.FAILS_LATE, End.NAN, End.SILENT])
@pytest.mark.parametrize("last", [True, False])
def test_a_training_without_a_result_leaves_the_other_ones(bad: End, last: bool) -> None:
    known = pair((End.OK, bad) if last else (bad, End.OK), (0.3, 0.3))
    assert (known.state, known.value) == (TrialState.COMPLETE, pytest.approx(0.3))


@pytest.mark.parametrize("bad", [End.FAILS, End.NAN, End.SILENT])
def test_a_configuration_whose_trainings_all_fail_has_failed(bad: End) -> None:
    known = pair((bad, bad), (math.nan, math.nan))
    assert (known.state, known.value) == (TrialState.FAIL, None)


@pytest.mark.parametrize("max_concurrent", [1, 4])
def test_trial_left_over_ends_the_search_like_any_other(max_concurrent: int) -> None:
    asked = search(7, max_concurrent)
    given = drive(asked, at_once=max_concurrent)
    assert len(given) == 7
    assert asked.ended
    assert [trial.state for trial in study_of(asked).trials].count(TrialState.COMPLETE) == 3


def test_first_configurations_come_first_each_of_them_twice() -> None:
    encoding, generator = Encoding(space()), np.random.default_rng(3)
    first = (encoding.draw(generator), encoding.draw(generator))
    given = drive(search(8, first=first))
    assert [configuration(config) for config in given[:4]] == [first[0], first[0], first[1], first[1]]


def test_it_goes_with_schedulers_that_train_every_trial_to_its_end() -> None:
    goes = {name for name, spec in SCHEDULERS.items() if not why_incompatible(SEARCHERS["repeater"], spec)}
    assert "fifo" in goes
    assert not goes & {"asha", "hyperband", "median", "pbt"}
    assert "equally long" in str(why_incompatible(SEARCHERS["repeater"], SCHEDULERS["asha"]))
