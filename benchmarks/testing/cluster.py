"""Experiments on real Ray for the tests of schedulers, on this machine and on hosts that stay alive."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import ray

from benchmarks.core.scratch import of_process
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import POLL_S, Limits
from benchmarks.engines.ray.actor_runner import ActorRunner
from benchmarks.engines.ray.cluster import cluster
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from results.machine import available_cpus

LIMITS = Limits(timeout=300.0, stall=120.0)  # these experiments take seconds; an endless wait is detected


class Lab:
    """A laboratory that runs experiments as a grid does.

    Args:
        folder: for what the experiments leave behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contexts: dict[tuple[str, str], ExecutionContext] = {}
        self._runners: dict[int, list[ActorRunner]] = {}
        self._known: dict[Experiment, Outcome] = {}

    def once(self, experiment: Experiment) -> Outcome:
        """Return the outcome of an experiment that is run when it is first asked for."""
        if experiment not in self._known:
            [self._known[experiment]] = self.run([experiment])
        return self._known[experiment]

    def run(self, experiments: Sequence[Experiment]) -> list[Outcome]:
        """Run these experiments, as many at a time as there are CPUs; their workers must be equally many."""
        [workers] = {experiment.workers for experiment in experiments}
        runners = self._runners.setdefault(workers, [])
        while len(runners) < min(available_cpus(), len(experiments)):
            runners.append(ActorRunner(workers, 0.0, LIMITS))
        queue, outcomes = deque(experiments), dict[Experiment, Outcome]()
        while len(outcomes) < len(experiments):
            for runner in runners:
                if runner.stream is None and queue:
                    self._start(runner, queue.popleft())
            busy = [runner for runner in runners if runner.stream is not None]
            ready = ActorRunner.ready(busy, POLL_S)
            for runner in busy:
                outcome = runner.poll(ready=runner in ready)
                if outcome is not None and runner.experiment is not None:
                    outcomes[runner.experiment] = outcome
        return [outcomes[experiment] for experiment in experiments]

    def close(self) -> None:
        """End the trial hosts."""
        for runner in (runner for runners in self._runners.values() for runner in runners):
            runner.stop()

    def _start(self, runner: ActorRunner, experiment: Experiment) -> None:
        if (outcome := runner.start(experiment, self._context(experiment))) is not None:
            raise RuntimeError(outcome.row["reason"])

    def _context(self, experiment: Experiment) -> ExecutionContext:
        wanted = experiment.trainable, experiment.data
        if wanted not in self._contexts:
            arrays = TRAINABLES[experiment.trainable].load(experiment.data, experiment.train_size, None)
            scratch = str(self._folder / "scratch")
            self._contexts[wanted] = ExecutionContext(
                ray.put(arrays), "/".join(wanted), str(self._folder), scratch
            )
        return self._contexts[wanted]


@contextmanager
def open_lab() -> Iterator[Lab]:
    """Yield a lab on the Ray cluster of this process; if there is none, on one that ends with the lab."""
    if ray.is_initialized():
        with tempfile.TemporaryDirectory(dir=of_process()) as folder:
            yield from _opened(Path(folder))
    else:
        with cluster(available_cpus(), 0) as folder_of_ray:
            yield from _opened(folder_of_ray / "lab")


def _opened(folder: Path) -> Iterator[Lab]:
    opened = Lab(folder)
    try:
        yield opened
    finally:
        opened.close()
