"""The driver: runs a grid's experiments, several at a time, and stores each as it ends."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks import provenance
from benchmarks.cluster import cluster, why_no_gpu
from benchmarks.compatibility import why_incompatible, why_unavailable
from benchmarks.engines.execution import Site
from benchmarks.engines.hosts import HostLane
from benchmarks.engines.outcome import Outcome, not_run
from benchmarks.engines.virtual.process import ProcessLane, preload, scratch_folder
from benchmarks.experiment import Experiment
from benchmarks.lane import POLL_S, Lane, Limits
from benchmarks.progress import Progress
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from benchmarks.tables.replay import Recorded
from benchmarks.versions import Versions
from results.store import Store

#: (trainable, data, train_size) -> its arrays and their checksum
Loaded = dict[tuple[str, str, int], tuple[Mapping[str, Any], str]]
#: the same -> where experiments on it run
Sites = Mapping[tuple[str, str, int], Site]
#: Answers an experiment that needs no run; None lets it run.
Rule = Callable[[Experiment], Outcome | None]

ENGINES = ("tune", "virtual")
FLUSH_S = 2.0  # finished experiments wait at most this long for their file


@dataclass(frozen=True)
class Conditions:
    """How a run is carried out; none of this changes an experiment's key.

    ``jobs``: experiments at the same time; 0 means as many as fit the CPUs.
    """

    limits: Limits
    num_cpus: int
    num_gpus: int | None = None
    jobs: int = 0
    actor_pool: bool = True
    tensorboard: bool = False


def answer_by_rule(experiment: Experiment) -> Outcome | None:
    """Return the outcome of an experiment that needs no run: against a rule, or something is missing."""
    answer = _ruled(experiment.trainable, experiment.searcher, experiment.scheduler, experiment.engine)
    most = TRAINABLES[experiment.trainable].most_epochs
    if answer is None and most is not None and experiment.epochs > most:
        answer = "incompatible", f"{experiment.trainable} ends after epoch {most}; ask for --epochs {most}"
    if answer is None and (table := _table(experiment)) and (reason := table.why_not(experiment)):
        answer = "incompatible", reason
    return not_run(experiment, *answer) if answer else None


@cache  # asked several times an experiment; what is registered and installed stays so while a process runs
def _ruled(trainable: str, searcher: str, scheduler: str, engine: str) -> tuple[str, str] | None:
    parts = SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES[trainable]
    if engine == "virtual" and TRAINABLES[trainable].curves is None:
        return "incompatible", f"{trainable} has no learning curves for the virtual engine; use engine tune"
    if reason := why_incompatible(*parts):
        return "incompatible", reason
    if reason := why_unavailable(*parts):
        return "unavailable", reason
    return None


def _table(experiment: Experiment) -> Recorded | None:
    """Return the table that an experiment replays, if it does."""
    curves = TRAINABLES[experiment.trainable].curves if experiment.engine == "virtual" else None
    return curves if isinstance(curves, Recorded) else None


def load_data(experiments: Iterable[Experiment], data_dir: str | None, rule: Rule = answer_by_rule) -> Loaded:
    """Return the data of those experiments that have something to run.

    Raises:
        DataError: if data is missing or damaged.
    """
    loaded: Loaded = {}
    for experiment in [e for e in experiments if rule(e) is None]:
        wanted = name, data, train_size = _data_needed(experiment)
        if wanted in loaded:
            continue
        if table := _table(experiment):  # whose curves stand for training on the data
            loaded[wanted] = {}, table.key
            continue
        arrays = TRAINABLES[name].load(data, train_size, data_dir)
        loaded[wanted] = arrays, provenance.data_key(arrays)
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
        self._versions = Versions({})
        self._environment = ""

    def run(self, experiments: Sequence[Experiment], loaded: Loaded) -> None:
        """Run all these experiments on their data; whatever happens, what has finished is stored."""
        keys = data_keys(loaded)
        self._versions = Versions(keys)
        to_run = []
        for experiment in experiments:
            ruled = self._rule(experiment)
            if ruled is None:
                to_run.append(experiment)
            else:
                self._finish(ruled, ran=False)
        try:
            for engine in ENGINES:
                asked = [e for e in to_run if e.engine == engine]
                if asked:
                    record = provenance.record(keys, self._versions.record(asked))
                    self._environment = provenance.write(self.run_folder, record)
                    run = self._run_on_cluster if engine == "tune" else self._run_virtual
                    run(asked, loaded, self._environment)
        finally:
            self._flush()

    def _sites(self, loaded: Loaded, environment: str, scratch: Path, put: Callable[[Any], Any]) -> Sites:
        return {
            wanted: Site(
                data=put(arrays),
                data_key=key,
                run=str(self.run_folder.absolute()),
                scratch=str(scratch),
                tensorboard=self._conditions.tensorboard,
                environment=environment,
            )
            for wanted, (arrays, key) in loaded.items()
        }

    def _run_virtual(self, experiments: list[Experiment], loaded: Loaded, environment: str) -> None:
        preload(
            *({e.searcher for e in experiments}, {e.scheduler for e in experiments}),
            {e.trainable for e in experiments},
        )
        with scratch_folder() as scratch:
            sites = self._sites(loaded, environment, scratch, put=lambda arrays: arrays)
            count = min(self._conditions.jobs or self._conditions.num_cpus, len(experiments))
            lanes = [ProcessLane(self._conditions.limits) for _ in range(count)]
            self._work_off(experiments, lanes, sites)

    def _run_on_cluster(self, experiments: list[Experiment], loaded: Loaded, environment: str) -> None:
        with cluster(self._conditions.num_cpus, self._conditions.num_gpus) as folder:
            sites = self._sites(loaded, environment, folder / "scratch", put=ray.put)
            # Lanes hold their hosts, so experiments that need other hosts wait for the next round.
            for needed, group in groupby(sorted(experiments, key=_hosts_needed), key=_hosts_needed):
                members = list(group)
                device, workers, share = needed
                missing = why_no_gpu(workers, share) if device == "gpu" else None
                if missing is None:
                    self._work_off(members, self._host_lanes(workers, share, len(members)), sites)
                else:
                    for experiment in members:
                        self._finish(not_run(experiment, "unavailable", missing), ran=False)

    def _host_lanes(self, workers: int, share: float, most: int) -> list[HostLane]:
        fit = max(1, self._conditions.num_cpus // workers)
        if share:
            fit = min(fit, int(ray.cluster_resources()["GPU"] / (share * workers)))
        hosts = workers if self._conditions.actor_pool else 0
        count = min(self._conditions.jobs or fit, most)
        return [HostLane(hosts, share, self._conditions.limits) for _ in range(count)]

    def _work_off(self, experiments: Iterable[Experiment], lanes: Sequence[Lane], sites: Sites) -> None:
        queue = deque(experiments)
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

    def _poll(self, busy: Sequence[Lane]) -> None:
        self._progress.status([lane.experiment.combination for lane in busy if lane.experiment])
        ready = type(busy[0]).ready(busy, POLL_S)
        for lane in busy:
            outcome = lane.poll(ready=lane in ready)
            if outcome is not None:
                self._finish(outcome, ran=True)

    def _finish(self, outcome: Outcome, *, ran: bool) -> None:
        if ran:
            experiment = Experiment.from_row(outcome.row)
            outcome.row |= {"environment": self._environment} | self._versions.columns(experiment)
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


def data_keys(loaded: Loaded) -> dict[str, str]:
    """Return the checksums of data, by the names that an environment's record has for them."""
    return {f"{name}/{data}/{size}": key for (name, data, size), (_, key) in loaded.items()}


def _hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    return experiment.device, experiment.workers, experiment.gpus_per_trial


def _data_needed(experiment: Experiment) -> tuple[str, str, int]:
    return experiment.trainable, experiment.data, experiment.train_size
