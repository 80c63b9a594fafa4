"""Experiments on real Ray for the tests of schedulers, on this machine and on hosts that stay alive."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import ray

from benchmarks.core.machine import available_cpus
from benchmarks.core.scratch import of_process
from benchmarks.engines.common.execution import Site
from benchmarks.engines.common.lane import POLL_S, Limits
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.ray.cluster import cluster
from benchmarks.engines.ray.hosts import HostLane
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES

LIMITS = Limits(timeout=300.0, stall=120.0)  # these experiments take seconds; an endless wait is detected


class Lab:
    """A laboratory that runs experiments as a grid does.

    Args:
        folder: for what the experiments leave behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sites: dict[tuple[str, str], Site] = {}
        self._lanes: dict[int, list[HostLane]] = {}
        self._known: dict[Experiment, Outcome] = {}

    def once(self, experiment: Experiment) -> Outcome:
        """Return the outcome of an experiment that is run when it is first asked for."""
        if experiment not in self._known:
            [self._known[experiment]] = self.run([experiment])
        return self._known[experiment]

    def run(self, experiments: Sequence[Experiment]) -> list[Outcome]:
        """Run these experiments, as many at a time as there are CPUs; their workers must be equally many."""
        [workers] = {experiment.workers for experiment in experiments}
        lanes = self._lanes.setdefault(workers, [])
        while len(lanes) < min(available_cpus(), len(experiments)):
            lanes.append(HostLane(workers, 0.0, LIMITS))
        queue, outcomes = deque(experiments), dict[Experiment, Outcome]()
        while len(outcomes) < len(experiments):
            for lane in lanes:
                if lane.stream is None and queue:
                    self._start(lane, queue.popleft())
            busy = [lane for lane in lanes if lane.stream is not None]
            ready = HostLane.ready(busy, POLL_S)
            for lane in busy:
                outcome = lane.poll(ready=lane in ready)
                if outcome is not None and lane.experiment is not None:
                    outcomes[lane.experiment] = outcome
        return [outcomes[experiment] for experiment in experiments]

    def close(self) -> None:
        """End the trial hosts."""
        for lane in (lane for lanes in self._lanes.values() for lane in lanes):
            lane.stop()

    def _start(self, lane: HostLane, experiment: Experiment) -> None:
        if (outcome := lane.start(experiment, self._site(experiment))) is not None:
            raise RuntimeError(outcome.row["reason"])

    def _site(self, experiment: Experiment) -> Site:
        wanted = experiment.trainable, experiment.data
        if wanted not in self._sites:
            arrays = TRAINABLES[experiment.trainable].load(experiment.data, experiment.train_size, None)
            scratch = str(self._folder / "scratch")
            self._sites[wanted] = Site(ray.put(arrays), "/".join(wanted), str(self._folder), scratch)
        return self._sites[wanted]


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
