"""The driver runs experiments on any engine of the table, and stores what ended whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, get_args

import pytest
from helpers.at_once import AtOnce

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Batch, Conditions, Engine, engine_class
from benchmarks.engines.common.outcome import ClusterDied
from benchmarks.engines.common.runner import Limits
from benchmarks.engines.common.supply import FixedRunners
from benchmarks.execution.driver import Driver
from benchmarks.execution.loading import Loaded
from benchmarks.execution.progress import Progress
from benchmarks.suite.engines import ENGINES, EngineSpec
from benchmarks.suite.experiment import EngineName, Experiment
from results.store.store import Store

MODULE = "an_engine_of_a_test"
EXPERIMENTS = [
    Experiment("branin", "random", "fifo", repetition=n, engine="third")  # type: ignore[arg-type]
    for n in range(3)
]


class Deadly(AtOnce):
    """A runner with which the cluster dies when certain repetitions begin."""

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        if experiment.repetition in Third.deadly:
            Third.deadly.remove(experiment.repetition)
            raise ClusterDied("all of it")
        assert context.data == {"shared": True}
        return super().open(experiment, context)


class Third(Engine):
    """An engine that the driver has never heard of."""

    calls: ClassVar[list[str]] = []
    deadly: ClassVar[list[int]] = []  # repetitions with which all dies, once each time
    missing: ClassVar[str] = ""

    def open(self, experiments: Sequence[Experiment]) -> Path:
        self.calls.append(f"open for {len(experiments)}")
        return Path("scratch")

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        return {"shared": True}

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        runners = FixedRunners([Deadly(self.conditions.limits)])
        yield Batch(experiments, None if self.missing else runners, self.missing)

    def close(self) -> None:
        super().close()
        self.calls.append("close")


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    module: Any = ModuleType(MODULE)
    module.ENGINE = Third
    monkeypatch.setitem(sys.modules, MODULE, module)
    monkeypatch.setitem(ENGINES, "third", EngineSpec(MODULE))
    for name, value in {"calls": [], "deadly": [], "missing": ""}.items():
        monkeypatch.setattr(Third, name, value)
    conditions = Conditions(Limits(timeout=9.0, stall=9.0), num_cpus=1)
    return Driver(tmp_path, Store(tmp_path), conditions, Progress(3, {}, 3))


def run(driver: Driver) -> dict[int, str]:
    """Run the experiments; return each one's stored reason by its repetition."""
    loaded = Loaded()
    loaded.update({(e.trainable, e.data, e.train_size): ({}, "key") for e in EXPERIMENTS})
    try:
        driver.run(EXPERIMENTS, loaded)
    finally:
        rows = Store(driver.run_folder).read("experiments").to_pylist()
    return {row["repetition"]: f"{row['status']}: {row['reason']}" for row in rows}


def test_an_engine_is_an_entry_in_the_table_and_a_class(driver: Driver) -> None:
    assert run(driver) == dict.fromkeys(range(3), "failed: as planned")
    assert Third.calls == ["open for 3", "close"]


def test_experiments_for_which_something_is_missing_are_unavailable(driver: Driver) -> None:
    Third.missing = "no such device"
    assert run(driver) == dict.fromkeys(range(3), "unavailable: no such device")
    assert Third.calls == ["open for 3", "close"]


def test_an_engine_that_dies_is_opened_again_for_what_is_left(driver: Driver) -> None:
    Third.deadly = [1, 2]
    assert run(driver) == dict.fromkeys(range(3), "failed: as planned")
    assert Third.calls == ["open for 3", "close", "open for 2", "close", "open for 1", "close"]


def test_an_engine_that_dies_again_and_again_is_given_up_with_what_has_ended_stored(driver: Driver) -> None:
    Third.deadly = [1, 1, 1]
    with pytest.raises(ClusterDied):
        run(driver)
    assert Third.calls == ["open for 3", "close", "open for 2", "close", "open for 2", "close"]
    [row] = Store(driver.run_folder).read("experiments").to_pylist()
    assert row["repetition"] == 0


def test_every_engine_of_the_table_can_be_asked_for_and_is_there() -> None:
    assert set(ENGINES) == set(get_args(EngineName))
    assert all(issubclass(engine_class(name), Engine) for name in ENGINES)
