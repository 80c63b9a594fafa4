"""Meter of a run's cost: the hours of processors and GPUs that its experiments hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from results.prices import Amount, Prices

NONE = Prices()


@dataclass
class Meter:
    """Meter of a run's cost so far, with its limit.

    An experiment holds its processors and GPUs from its start to its end, whether or not they are busy: on
    real workers a processor each, and their shares of GPUs; on a virtual clock the processor of its one
    process; where trainings are made once for all experiments, these share the whole machine.

    Attributes:
        limit: None without one.
        prices: of an hour; none are needed for a limit in hours.
        cpus, gpus: of the machine.
        cpu_hours, gpu_hours: so far.
    """

    limit: Amount | None = None
    prices: Prices = NONE
    cpus: int = 1
    gpus: int = 0
    clock: Callable[[], float] = time.monotonic
    cpu_hours: float = 0.0
    gpu_hours: float = 0.0
    _read: float | None = field(default=None, repr=False)

    def read(self, running: Iterable[Experiment]) -> None:
        """Add the time since the last reading, in which these experiments were running."""
        now = self.clock()
        hours = (now - self._read) / 3600 if self._read is not None else 0.0
        self._read = now
        cpus, gpus = self._held(list(running))
        self.cpu_hours += hours * cpus
        self.gpu_hours += hours * gpus

    def _held(self, running: list[Experiment]) -> tuple[float, float]:
        if any(ENGINES[e.engine].trains_once for e in running):
            return float(self.cpus), float(self.gpus if any(e.device == "gpu" for e in running) else 0)
        each = [1 if ENGINES[e.engine].virtual_clock else e.workers for e in running]
        gpus = sum(e.workers * e.gpus_per_trial for e in running if e.device == "gpu")
        return float(sum(each)), float(gpus)

    @property
    def over(self) -> bool:
        """Whether the limit is reached."""
        if self.limit is None:
            return False
        return self.limit.spent(self.cpu_hours, self.gpu_hours, self.prices) >= self.limit.amount

    @property
    def words(self) -> str:
        """The cost so far in words."""
        hours = f"{self.cpu_hours:.3g} CPU hours"
        hours += f" and {self.gpu_hours:.3g} GPU hours" if self.gpu_hours else ""
        money = self.prices.of(self.cpu_hours, self.gpu_hours)
        return f"{hours}, {self.prices.written(money)}" if self.prices != NONE else hours
