"""Stations: an actor on a node of a cluster that runs experiments there, each in a process of its own.

A station has the runners of one machine, takes experiments as they come, and tells of those that have ended
in batches, so that the driver hears of a node a few times a second, however many experiments run there.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ray

from benchmarks.core.environment import THREADS
from benchmarks.core.scratch import scratch_folder
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import POLL_S, Limits, Runner
from benchmarks.engines.common.travel import pack
from benchmarks.engines.virtual.fork_server import preload
from benchmarks.engines.virtual.process_runner import ProcessRunner
from benchmarks.suite.experiment import Experiment

BATCH_S = 1.0  # outcomes wait this long for others


@dataclass(frozen=True)
class StationParts:
    """The parts of the experiments of a run, which a station loads once.

    Attributes:
        searchers, schedulers, trainables: their names.
    """

    searchers: tuple[str, ...]
    schedulers: tuple[str, ...]
    trainables: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """An experiment to be run by a station.

    Attributes:
        number: by which the driver knows it.
        experiment: what is to be run.
        context: the number of its context, which came with it or before.
    """

    number: int
    experiment: Experiment
    context: int


class Station:
    """Runs experiments on the CPUs of a node.

    Args:
        cpus: experiments at the same time.
        limits: after which one is given up.
        parts: what is loaded before the first of them.
    """

    def __init__(self, cpus: int, limits: Limits, parts: StationParts) -> None:
        os.environ.update(THREADS)
        self._cpus, self._limits, self._parts = cpus, limits, parts
        self._contexts: dict[int, ExecutionContext] = {}
        self._orders: deque[Order] = deque()
        self._ended: list[tuple[int, Outcome]] = []
        self._changed = threading.Condition()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def take(self, orders: Sequence[Order], contexts: Mapping[int, ExecutionContext]) -> None:
        """Take experiments to be run in this order, with their contexts that it has not been given yet."""
        with self._changed:
            self._contexts.update(contexts)
            self._orders.extend(orders)
            self._changed.notify_all()

    def ended(self, patience: float) -> list[tuple[int, Outcome]]:
        """Return the outcomes since the last call, by the orders' numbers; wait for the first, and a batch.

        Args:
            patience: seconds after which there is an empty answer.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._failure, patience)
            if self._failure is not None:
                raise RuntimeError("the station cannot run experiments") from self._failure
            if self._ended:
                self._changed.wait_for(lambda: len(self._ended) >= self._cpus, BATCH_S)
            ended, self._ended = self._ended, []
        return ended

    def _work(self) -> None:
        try:
            parts = self._parts
            preload(
                parts.searchers,
                parts.schedulers,
                parts.trainables,
                patience=min(self._limits.timeout, self._limits.stall),
            )
            with scratch_folder(in_memory=True) as folder:
                self._run(str(folder))
        except BaseException as error:  # noqa: BLE001 - it is raised where the outcomes are asked for
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _run(self, folder: str) -> None:
        """Run what comes, until the process ends."""
        free: list[Runner] = [ProcessRunner(self._limits) for _ in range(self._cpus)]
        busy: dict[Runner, int] = {}
        while True:
            with self._changed:
                if not busy:
                    self._changed.wait_for(lambda: self._orders)
                orders = [self._orders.popleft() for _ in range(min(len(free), len(self._orders)))]
            for order in orders:
                runner = free.pop()
                context = replace(self._contexts[order.context], scratch=folder, run=folder)
                outcome = runner.start(order.experiment, context)
                if outcome is None:
                    busy[runner] = order.number
                else:
                    free.append(runner)
                    self._end(order.number, outcome)
            if busy:
                ready = ProcessRunner.ready([r for r in busy if isinstance(r, ProcessRunner)], POLL_S)
                for runner in list(busy):
                    outcome = runner.poll(ready=runner in ready)
                    if outcome is not None:
                        self._end(busy.pop(runner), outcome)
                        free.append(runner)

    def _end(self, number: int, outcome: Outcome) -> None:
        pack(outcome, None, str(ray.util.get_node_ip_address()))
        with self._changed:
            self._ended.append((number, outcome))
            self._changed.notify_all()
