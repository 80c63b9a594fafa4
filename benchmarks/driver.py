"""The driver: runs a grid's experiments, several at a time, and stores each as it ends."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks import provenance
from benchmarks.cluster import cluster, why_no_gpu
from benchmarks.compatibility import why_incompatible, why_unavailable
from benchmarks.engines.outcome import Outcome, not_run
from benchmarks.engines.tune import Site
from benchmarks.experiment import Experiment
from benchmarks.lane import POLL_S, Lane, Limits
from benchmarks.progress import Progress
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from results.store import Store

#: (trainable, data, train_size) -> its arrays and their checksum
Loaded = dict[tuple[str, str, int], tuple[Mapping[str, Any], str]]
#: Answers an experiment that needs no run; None lets it run.
Rule = Callable[[Experiment], Outcome | None]

FLUSH_S = 2.0  # finished experiments wait at most this long for their file


@dataclass(frozen=True)
class Conditions:
    """How a run is carried out; none of this changes an experiment's key.

    ``in_flight``: experiments at the same time; 0 means as many as fit the CPUs.
    """

    limits: Limits
    num_cpus: int
    num_gpus: int | None = None
    in_flight: int = 0
    actor_pool: bool = True
    tensorboard: bool = False


def answer_by_rule(experiment: Experiment) -> Outcome | None:
    """Return the outcome of an experiment that needs no run: against a rule, or something is missing."""
    answer = _ruled(experiment.trainable, experiment.searcher, experiment.scheduler)
    return not_run(experiment, *answer) if answer else None


@cache  # asked several times an experiment; what is registered and installed stays so while a process runs
def _ruled(trainable: str, searcher: str, scheduler: str) -> tuple[str, str] | None:
    parts = SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES[trainable]
    if reason := why_incompatible(*parts):
        return "incompatible", reason
    if reason := why_unavailable(*parts):
        return "unavailable", reason
    return None


def load_data(experiments: Iterable[Experiment], data_dir: str | None, rule: Rule = answer_by_rule) -> Loaded:
    """Return the data of those experiments that have something to run.

    Raises:
        DataError: if data is missing or damaged.
    """
    loaded: Loaded = {}
    for wanted in sorted({_data_needed(e) for e in experiments if rule(e) is None}):
        name, data, train_size = wanted
        arrays = TRAINABLES[name].load(data, train_size, data_dir)
        digest = sha256()
        for part in sorted(arrays):
            digest.update(part.encode())
            digest.update(arrays[part].tobytes())
        loaded[wanted] = arrays, digest.hexdigest()[:16]
    return loaded


class Driver:
    """Runs experiments and writes their rows to the store of a run folder; ``rule`` may answer some first."""

    def __init__(
        self,
        run: Path,
        store: Store,
        conditions: Conditions,
        progress: Progress,
        rule: Rule = answer_by_rule,
    ) -> None:
        self.run_folder, self._store, self._conditions, self._progress = run, store, conditions, progress
        self._rule = rule
        self._waiting_rows: list[Outcome] = []
        self._flushed = time.monotonic()

    def run(self, experiments: Sequence[Experiment], loaded: Loaded) -> None:
        """Run all these experiments on their data; whatever happens, what has finished is stored."""
        to_run = []
        for experiment in experiments:
            ruled = self._rule(experiment)
            if ruled is None:
                to_run.append(experiment)
            else:
                self._finish(ruled, ran=False)
        try:
            if to_run:
                self._run_on_cluster(to_run, loaded)
        finally:
            self._flush()

    def _run_on_cluster(self, experiments: list[Experiment], loaded: Loaded) -> None:
        with cluster(self._conditions.num_cpus, self._conditions.num_gpus) as scratch:
            keys = {f"{name}/{data}/{size}": key for (name, data, size), (_, key) in loaded.items()}
            environment = provenance.write(self.run_folder, provenance.record(keys))
            sites = {
                wanted: Site(
                    hosts=None,
                    data=ray.put(arrays),
                    data_key=key,
                    run=str(self.run_folder.absolute()),
                    scratch=str(scratch / "scratch"),
                    tensorboard=self._conditions.tensorboard,
                    environment=environment,
                )
                for wanted, (arrays, key) in loaded.items()
            }
            # Lanes hold their hosts, so experiments that need other hosts wait for the next round.
            for (device, workers, share), group in groupby(
                sorted(experiments, key=_hosts_needed), key=_hosts_needed
            ):
                members = list(group)
                missing = why_no_gpu(workers, share) if device == "gpu" else None
                if missing is None:
                    self._run_in_lanes(members, sites, workers, share)
                else:
                    for experiment in members:
                        self._finish(not_run(experiment, "unavailable", missing), ran=False)

    def _run_in_lanes(
        self, experiments: list[Experiment], sites: Mapping[Any, Site], workers: int, share: float
    ) -> None:
        queue = deque(experiments)
        fit = max(1, self._conditions.num_cpus // workers)
        if share:
            fit = min(fit, int(ray.cluster_resources()["GPU"] / (share * workers)))
        count = min(self._conditions.in_flight or fit, len(queue))
        hosts = workers if self._conditions.actor_pool else 0
        lanes = [Lane(hosts, share, self._conditions.limits) for _ in range(count)]
        try:
            while queue or any(lane.stream is not None for lane in lanes):
                for lane in lanes:
                    if lane.stream is None and queue:
                        experiment = queue.popleft()
                        lane.start(experiment, sites[_data_needed(experiment)])
                self._poll([lane for lane in lanes if lane.stream is not None])
        finally:
            for lane in lanes:
                lane.stop()

    def _poll(self, busy: list[Lane]) -> None:
        self._progress.status([lane.experiment.combination for lane in busy if lane.experiment])
        ready, _ = ray.wait([lane.stream for lane in busy], num_returns=1, timeout=POLL_S)
        for lane in busy:
            outcome = lane.poll(ready=lane.stream in ready)
            if outcome is not None:
                self._finish(outcome, ran=True)

    def _finish(self, outcome: Outcome, *, ran: bool) -> None:
        self._waiting_rows.append(outcome)
        self._progress.finished(outcome, ran=ran)
        if time.monotonic() - self._flushed > FLUSH_S:
            self._flush()

    def _flush(self) -> None:
        outcomes, self._waiting_rows = self._waiting_rows, []
        if outcomes:
            self._store.write(
                [outcome.row for outcome in outcomes],
                [row for outcome in outcomes for row in outcome.trials],
                [row for outcome in outcomes for row in outcome.results],
            )
        self._flushed = time.monotonic()


def _hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    return experiment.device, experiment.workers, experiment.gpus_per_trial


def _data_needed(experiment: Experiment) -> tuple[str, str, int]:
    return experiment.trainable, experiment.data, experiment.train_size
