"""The contract of every scheduler, with what is different for those whose decisions measured seconds make."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from benchmarks.testing import SchedulerContract, behaviour
from benchmarks.testing.cluster import Lab

#: Schedulers that compare trials at equal cost, so that the best of an epoch may cost too much to go on.
BY_COST = ["asha-cost"]
#: Schedulers that compare nothing: a trial ends where its searcher said.
AS_GIVEN = ["hb-dehb"]


class TestSchedulers(SchedulerContract):
    name = "*"

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in super().names() if name not in (*BY_COST, *AS_GIVEN)]


class TestSchedulersByTheSearcher(SchedulerContract):
    name = "*"
    compares = False

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in super().names() if name in AS_GIVEN]


class TestSchedulersByCost(SchedulerContract):
    """Seconds are measured on real Ray and exact on the virtual clock, where decisions must repeat."""

    name = "*"
    compares = False

    @classmethod
    def names(cls) -> list[str]:
        return [name for name in super().names() if name in BY_COST]

    @pytest.fixture
    def exact(self, tmp_path: Path) -> VirtualLab:
        return VirtualLab(tmp_path)

    def test_whole_sequence_of_decisions_repeats_with_one_worker(  # type: ignore[override]
        self, name: str, exact: VirtualLab
    ) -> None:
        once, again = exact.alone(name), exact.alone(name)
        assert behaviour.sequence(again.results) == behaviour.sequence(once.results)

    def test_minimising_mirrors_maximising(  # type: ignore[override]
        self, name: str, exact: VirtualLab
    ) -> None:
        twin = exact.alone(name, "probe-min")
        assert behaviour.sequence(twin.results) == behaviour.sequence(exact.alone(name).results)

    def test_some_trial_trains_to_its_last_epoch(self, name: str, exact: VirtualLab, lab: Lab) -> None:
        real = lab.once(Experiment("probe", "random", name, workers=1, trials=18, epochs=9))
        for outcome in (exact.alone(name), real):
            assert max(row["epoch"] for row in outcome.results) == 9


class VirtualLab:
    """Runs experiments on the virtual clock, in the test's own process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def alone(self, scheduler: str, trainable: str = "probe") -> Outcome:
        """Return the outcome of 18 trials for 9 epochs on one worker."""
        asked = Experiment(trainable, "random", scheduler, engine="virtual", workers=1, trials=18, epochs=9)
        arrays = TRAINABLES[trainable].load(asked.data, 0, None)
        context = ExecutionContext(arrays, "", str(self._folder), str(self._folder / "scratch"))
        return VirtualExecution(asked, context).run()
