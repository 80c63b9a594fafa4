"""Measurement of the driver's processor time on a cluster; a table of ``docs/performance.md``.

    python -m scripts.measure_cluster [--runners 10 100 500]

The driver's own loop, store and waiting, with runners whose experiments are simulated: each is a real stream
of Ray's that gives a sign of life every now and then, and at last the outcome of a real experiment (8 trials
of 9 epochs).  All streams come from few processes, so that hundreds fit a machine.  Printed are the driver's
processor milliseconds by experiment, all included, and those of waiting for a message and reading it.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Self

import ray

from benchmarks.engines.cluster.placement import AHEAD
from benchmarks.engines.common.beats import seconds_between_beats
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Conditions
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import POLL_S, Limits, Runner
from benchmarks.engines.common.supply import FixedRunners
from benchmarks.engines.common.watched import Beat
from benchmarks.engines.ray.cluster import cluster
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.execution.dispatch import Dispatch
from benchmarks.execution.driver import Driver
from benchmarks.execution.progress import Progress
from benchmarks.suite.experiment import Experiment
from results.machine import available_cpus
from results.store.store import Store

LIMITS = Limits(timeout=600.0, stall=600.0)
EXPERIMENT = Experiment("branin", "random", "fifo", engine="virtual", trials=8, epochs=9)
SECONDS = 10.0  # of a simulated experiment
STREAMS = 128  # of a process
ROUNDS = 3  # experiments of a runner
#: Of the model: CPUs of a node, workers and seconds of an experiment, MiB of the process that controls one.
CPUS, WORKERS, EXPERIMENT_S, CONTROLLER_MB = 16, 2, 60.0, 215


@ray.remote(num_cpus=0)
class Nodes:
    """A process that simulates experiments on many nodes."""

    async def run(self, outcome: Outcome, seconds: float, beat: float) -> AsyncIterator[Beat | Outcome]:
        """Yield signs of life, and the outcome at last."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(beat)
            yield Beat(1, "trial t0001 trains", False)
        yield outcome


class SimulatedRunner(Runner):
    """A runner whose experiments are simulated.

    Args:
        nodes: the process that does.
        outcome: of all experiments.
        beat: seconds between two signs of life.
    """

    messages, seconds = 0, 0.0  # received by all of them, and how long that took

    def __init__(self, nodes: Any, outcome: Outcome, beat: float) -> None:
        super().__init__(LIMITS)
        self._nodes, self._outcome, self._beat = nodes, outcome, beat

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        outcome = copy.copy(self._outcome)
        outcome.row = outcome.row | experiment.row | {"key": experiment.key}
        outcome.trials = [row | {"key": experiment.key} for row in outcome.trials]
        outcome.results = [row | {"key": experiment.key} for row in outcome.results]
        return self._nodes.run.remote(outcome, SECONDS, self._beat)

    def receive(self) -> Beat | Outcome:
        SimulatedRunner.messages += 1
        began = time.process_time()
        message: Beat | Outcome = ray.get(next(self.stream))
        SimulatedRunner.seconds += time.process_time() - began
        return message

    def renew(self) -> None:
        """No-op: nothing is given up."""

    def stop(self) -> None:
        self.stream = None

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        began = time.process_time()
        sending = {runner.stream: runner for runner in runners}
        ready, _ = ray.wait(list(sending), num_returns=len(sending), timeout=timeout, fetch_local=False)
        SimulatedRunner.seconds += time.process_time() - began
        return [sending[stream] for stream in ready]


class Measured(NamedTuple):
    """Processor milliseconds of the driver.

    Attributes:
        experiment: of an experiment, all included.
        message: of waiting for a message and reading it.
        alone: of an experiment without its messages.
        rate: experiments that ended a second.
    """

    experiment: float
    message: float
    alone: float
    rate: float


def measure(runners: int, outcome: Outcome) -> Measured:
    """Measure the driver's cost of experiments with a number of runners."""
    beat = seconds_between_beats(runners)
    processes = [Nodes.options(max_concurrency=STREAMS + 8).remote() for _ in range(-(-runners // STREAMS))]
    simulated = [SimulatedRunner(processes[i // STREAMS], outcome, beat) for i in range(runners)]
    experiments = [replace(EXPERIMENT, repetition=number) for number in range(ROUNDS * runners)]
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(len(experiments), {}, len(experiments))
        driver = Driver(Path(folder), Store(Path(folder)), Conditions(LIMITS, 1), progress)
        contexts = {("branin", EXPERIMENT.data, 0): ExecutionContext({}, "", folder, folder)}
        SimulatedRunner.messages, SimulatedRunner.seconds = 0, 0.0
        began, busy = time.monotonic(), time.process_time()
        dispatch = Dispatch(FixedRunners(simulated), contexts, driver._ran, print, driver._look)
        dispatch.run(experiments, driver.progress.started)
        driver._unwritten.flush()
        busy, wall = time.process_time() - busy, time.monotonic() - began
    for process in processes:
        ray.kill(process)
    return Measured(
        1000 * busy / len(experiments),
        1000 * SimulatedRunner.seconds / SimulatedRunner.messages,
        1000 * (busy - SimulatedRunner.seconds) / len(experiments),
        len(experiments) / wall,
    )


def model(measured: Measured) -> list[str]:
    """Return the rows of a table: what clusters of 1 to 1,000 nodes would cost, by these figures.

    A node has 16 CPUs, an experiment 2 workers and 60 seconds.
    """
    rows = []
    for nodes in (1, 10, 100, 1000):
        runners = nodes * CPUS // WORKERS
        rate = runners / EXPERIMENT_S
        messages = runners / seconds_between_beats(runners)
        busy = (rate * measured.alone + messages * measured.message) / 1000
        start = runners / (AHEAD / POLL_S)
        memory = CPUS // WORKERS * CONTROLLER_MB / 1024
        sizes = f"| {nodes:,} | {runners:,} | {rate:.1f} | {messages:.0f} "
        rows.append(f"{sizes}| {busy:.0%} | {start:.0f} | {memory:.1f} |")
    return rows


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runners", type=int, nargs="+", default=[10, 100, 500], metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = VirtualExecution(EXPERIMENT, ExecutionContext({}, "", folder, folder)).run()
    print("| runners | s between beats | experiments a s | driver, ms an experiment | ms a message |")
    print("|---|---|---|---|---|")
    with cluster(available_cpus(), 0):
        for runners in options.runners:
            last = measure(runners, outcome)
            beat = seconds_between_beats(runners)
            print(
                f"| {runners} | {beat:.1f} | {last.rate:.1f} | {last.experiment:.1f} | {last.message:.2f} |",
                flush=True,
            )
    columns = ("nodes", "runners", "experiments a s", "messages a s", "driver busy", "s until all run")
    print(f"\n| {' | '.join(columns)} | controllers of a node, GiB |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(model(last)))


if __name__ == "__main__":
    main()
