"""The contract of a trainable."""

from __future__ import annotations

import inspect
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.spaces.domains import kinds
from benchmarks.spaces.encoding import Encoding
from benchmarks.spaces.grid_values import as_choices
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES, Capability, TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.testing.base import Contract
from benchmarks.testing.cluster import Lab, open_lab
from benchmarks.testing.offline import Config, Offline, drive
from benchmarks.training.functions import train_function
from benchmarks.training.reports import plain
from benchmarks.training.standalone import standalone
from results.store.schema import tune_name

Result = Mapping[str, Any]  # of an epoch; "cost" are the seconds that it took

EPOCHS = 3
TIME = "time_this_iter_s"  # a trainable that knows better than the clock reports its cost by this name
#: What to do about a curve that is another each time.
UNSEEDED = (
    "a configuration has two curves in one repetition, so chance comes from what belongs to neither.  Draw "
    "from the global generators of random, numpy and torch, which are seeded before each epoch unless it "
    "says seeded=False, or from generators of your own, seeded by benchmarks.core.seeding.trial_seed("
    "session.trainable, session.repetition, config, purpose, epoch); never from a generator without a seed, "
    "the time, the process or a set's order"
)
#: What to do about a function that goes on otherwise than it would have.
NOT_ALL_SAVED = (
    "after a rest the function trains on otherwise than without one: put all that the next epochs need into "
    "the checkpoint and load it, and draw what an epoch needs within the epoch, after the checkpoint was read"
)
NOT_COMPARED = {TIME, "cost", "clock", "key"}  # the clock's, and the key of an experiment


@cache
def arrays(name: str) -> Mapping[str, Any]:
    """Return the trainable's data, the set that is used by default."""
    spec = TRAINABLES[name]
    return spec.load(spec.datasets[0], 0, None)


def start(name: str, config: Config, repetition: int = 0) -> Any:
    """Return a class trainable with this configuration, outside of Tune and ready to step."""
    return standalone(TRAINABLES[name], config, session_of(name, repetition))


def session_of(name: str, repetition: int = 0) -> Session:
    """Return the session of a trial outside of Tune."""
    return Session(name, repetition, "cpu", arrays(name), f"{name} for its contract")


def epochs(trial: Any, count: int = EPOCHS) -> list[Result]:
    """Return the results of the next epochs of a class trainable."""
    results = []
    for _ in range(count):
        began = time.perf_counter()
        result = trial.step()
        results.append(result | {"cost": result.get(TIME, time.perf_counter() - began)})
    return results


def curve(name: str, config: Config, repetition: int = 0) -> list[Result]:
    """Return the results of the first epochs, in a process with arbitrary global random states."""
    random.seed(time.perf_counter_ns())
    np.random.seed(time.perf_counter_ns() % 2**32)  # noqa: NPY002 - what a careless trainable draws from
    return epochs(start(name, config, repetition))


def curve_on_ray(name: str, lab: Lab, repetition: int = 0) -> list[Result]:
    """Return the first rows of one trial; grid search takes the same point in every repetition."""
    searcher = "random" if "other" in kinds(as_choices(TRAINABLES[name].space())) else "grid"
    experiment = Experiment(name, searcher, "fifo", trials=1, epochs=EPOCHS, workers=1, repetition=repetition)
    [outcome] = lab.run([experiment])
    assert outcome.status == "ok", outcome.row["reason"]
    return list[Result](outcome.results)


def at(spec: TrainableSpec, *shares: float) -> Config:
    """Return the configuration at these shares of the domains' ranges, which are gone through in turn."""
    space = as_choices(spec.space())
    if "other" in kinds(space):  # has no range; random search draws it
        return drive(Offline("random", space, trials=1, seed=int(100 * sum(shares))))[0]
    encoding = Encoding(space)
    return encoding.decode({name: shares[i % len(shares)] for i, name in enumerate(encoding.domains)})


def middle(spec: TrainableSpec) -> Config:
    """Return an ordinary configuration: the middle of every domain."""
    return at(spec, 0.5)


def same(one: Sequence[Result], other: Sequence[Result]) -> bool:
    """Return whether results are equal bit for bit, except for times; NaN equals NaN."""
    first, second = (
        [{metric: value for metric, value in result.items() if metric not in NOT_COMPARED} for result in part]
        for part in (one, other)
    )
    return repr(first) == repr(second)


class TrainableContract(Contract):
    """Requirements of a trainable; for the fields of its spec see ``suite.specs``.

    >>> import tunegrid as tg
    >>> class TestMine(tg.TrainableContract):  # in a file test_mine.py, which pytest collects
    ...     name = "mine"

    A class trainable is tested outside of Ray on the CPU; a function trainable, which needs Tune to report
    to, on a Ray cluster that is started if there is none.
    """

    registry = TRAINABLES

    @pytest.fixture(scope="class")
    def lab(self) -> Iterator[Lab]:
        with open_lab() as opened:
            yield opened

    @pytest.fixture
    def spec(self, name: str) -> TrainableSpec:
        return TRAINABLES[name]

    @pytest.fixture
    def cls(self, spec: TrainableSpec) -> type:
        """The class; skips what only a class trainable can do."""
        if not inspect.isclass(spec.target):
            pytest.skip("a function trainable")
        return spec.target

    @pytest.fixture
    def train(
        self, name: str, spec: TrainableSpec, request: pytest.FixtureRequest
    ) -> Callable[[int], list[Result]]:
        """Trains one configuration for a few epochs, in the repetition that is given."""
        if inspect.isclass(spec.target):
            return lambda repetition: curve(name, middle(spec), repetition)
        lab = request.getfixturevalue("lab")
        return lambda repetition: curve_on_ray(name, lab, repetition)

    def test_epochs_report_the_metric_and_finite_numbers_at_a_cost(
        self, spec: TrainableSpec, train: Callable[[int], list[Result]]
    ) -> None:
        results = train(0)
        assert len(results) == EPOCHS
        assert any(tune_name(spec.metric) in plain(result) for result in results)
        for result in results:
            assert all(math.isfinite(value) for value in result.values() if isinstance(value, float | int))
            assert result["cost"] > 0

    def test_a_configuration_has_one_curve(self, train: Callable[[int], list[Result]]) -> None:
        one, other = train(0), train(0)
        assert same(one, other), UNSEEDED

    def test_another_repetition_has_another_curve_where_there_is_chance(
        self, name: str, spec: TrainableSpec, train: Callable[[int], list[Result]]
    ) -> None:
        differs = not same(train(0), train(1))
        if spec.chance and not differs and inspect.isclass(spec.target):
            # A model that learns nothing has the same metric in each repetition; not all of them do.
            others = [at(spec, share) for share in (0.1, 0.3, 0.7, 0.9)]
            differs = any(not same(curve(name, config), curve(name, config, 1)) for config in others)
        assert differs == spec.chance

    def test_what_may_change_while_it_trains_is_a_hyperparameter(self, spec: TrainableSpec) -> None:
        assert set(spec.mutable) <= spec.space().keys()
        assert bool(spec.mutable) == (Capability.MUTABLE in spec.provides)

    def test_class_trainable_says_that_it_saves(self, spec: TrainableSpec, cls: type) -> None:
        assert Capability.CHECKPOINTS in spec.provides

    def test_corners_of_the_space_can_be_trained(self, name: str, spec: TrainableSpec, cls: type) -> None:
        for shares in ((0.0,), (1.0,), (0.0, 1.0), (1.0, 0.0)):
            result = start(name, at(spec, *shares)).step()
            value = plain(result).get(tune_name(spec.metric), 0.0)  # it may come in later epochs
            assert isinstance(value, float), f"at the corner {shares}"

    def test_saving_changes_nothing_and_what_is_loaded_goes_on(
        self, name: str, spec: TrainableSpec, cls: type, tmp_path: Path
    ) -> None:
        rest = curve(name, middle(spec))[1:]
        saved, loaded = start(name, middle(spec)), start(name, middle(spec))
        saved.step()
        saved.save_checkpoint(str(tmp_path))
        loaded.load_checkpoint(str(tmp_path))
        loaded._iteration = saved._iteration  # Tune's part of a restore
        assert same(epochs(saved, EPOCHS - 1), rest)
        assert same(epochs(loaded, EPOCHS - 1), rest)

    def test_function_that_rested_goes_on_from_its_checkpoint(
        self, name: str, spec: TrainableSpec, tmp_path: Path
    ) -> None:
        if inspect.isclass(spec.target) or Capability.CHECKPOINTS not in spec.provides:
            pytest.skip("no function that says checkpoints=True")
        session = session_of(name)
        config = middle(spec)
        whole = train_function(spec, config, session, tmp_path / "whole", EPOCHS)
        for epoch in range(1, EPOCHS):
            rested = train_function(spec, config, session, tmp_path / f"rested-{epoch}", EPOCHS, epoch)
            assert same(rested, whole), NOT_ALL_SAVED

    def test_reset_trial_equals_a_fresh_one(self, name: str, spec: TrainableSpec, cls: type) -> None:
        config = at(spec, 0.3, 0.7)
        trial = start(name, middle(spec))
        trial.step()
        trial.config, trial._iteration = dict(config), 0  # Tune's part of a reset
        trial.setup = partial(
            trial.setup, session=session_of(name)
        )  # as under Tune, for a reset that calls it
        assert trial.reset_config(dict(config)) is True
        del trial.setup  # no attribute of the user's class, which may save all of them
        assert same(epochs(trial), curve(name, config))

    def test_test_metric_is_reported_by_the_test_alone(
        self, name: str, spec: TrainableSpec, cls: type
    ) -> None:
        if spec.test_metric is None:
            pytest.skip("declares no test metric")
        trial = start(name, middle(spec))
        assert spec.test_metric not in trial.step()
        assert math.isfinite(trial.test()[spec.test_metric])
        assert same(epochs(trial, 1), curve(name, middle(spec))[1:2]), "the test changes what is trained"
