"""The supply of runners: those that are free now, and those that may come."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable

from benchmarks.engines.common.runner import Runner


class RunnerSupply(ABC):
    """Gives runners to the driver, which has none of its own between two experiments."""

    @abstractmethod
    def take(self, wanted: int) -> list[Runner]:
        """Return at most ``wanted`` runners that are free, at once; no more are wanted for now."""

    @abstractmethod
    def give_back(self, runner: Runner) -> None:
        """Take back a runner whose experiment has ended."""

    @abstractmethod
    def close(self) -> None:
        """End all runners, those too that are not given back."""

    def waits_for(self) -> str:
        """Say what must come before there is another runner; "" if nothing is known to be missing."""
        return ""


class FixedRunners(RunnerSupply):
    """Runners that are there from the beginning to the end."""

    def __init__(self, runners: Iterable[Runner]) -> None:
        self._all = list(runners)
        self._free = deque(self._all)

    def take(self, wanted: int) -> list[Runner]:
        return [self._free.popleft() for _ in range(min(wanted, len(self._free)))]

    def give_back(self, runner: Runner) -> None:
        self._free.append(runner)

    def close(self) -> None:
        for runner in self._all:
            runner.stop()
