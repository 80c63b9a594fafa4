"""The driver: runs a grid's experiments, several at a time, and stores each as it ends."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks.core.scratch import scratch_folder
from benchmarks.engines.common.execution import ExecutionContext
from benchmarks.engines.common.outcome import ClusterDied, Outcome, not_run, storable
from benchmarks.engines.common.runner import POLL_S, Limits, Runner
from benchmarks.engines.ray.actor_runner import LATE_S, ActorRunner
from benchmarks.engines.ray.cluster import check_alive, cluster, why_no_gpu
from benchmarks.engines.virtual.process_runner import ProcessRunner
from benchmarks.engines.virtual.server import preload
from benchmarks.execution import provenance
from benchmarks.execution.answers import Rule, answer_by_rule
from benchmarks.execution.loading import DataNeeded, Loaded, data_keys, data_needed
from benchmarks.execution.progress import Progress
from benchmarks.execution.versions import Versions
from benchmarks.suite.experiment import Experiment
from results.store.store import Store

#: The data of experiments -> where these run.
Contexts = Mapping[DataNeeded, ExecutionContext]

ENGINES = ("tune", "virtual")
FRUITLESS = 1  # Ray may die so often in a row without an experiment done in between; then it is given up
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
        self._answered: set[str] = set()
        self._flushed = time.monotonic()
        self._versions = Versions({})
        self._environment = ""

    def run(self, experiments: Sequence[Experiment], loaded: Loaded) -> None:
        """Run all these experiments on their data; whatever happens, what has finished is stored.

        Raises:
            ClusterDied: if Ray dies again and again.
        """
        keys = data_keys(loaded)
        self._versions = Versions(keys)
        try:
            to_run = [experiment for experiment in experiments if not self._ruled(experiment, loaded)]
            self._flush()  # an engine takes a while to start
            for engine in ENGINES:
                asked = [e for e in to_run if e.engine == engine]
                if asked:
                    record = provenance.record(keys, self._versions.record(asked))
                    self._environment = provenance.write(self.run_folder, record)
                    run = self._run_on_cluster if engine == "tune" else self._run_virtual
                    run(asked, loaded, self._environment)
        finally:
            self._flush()

    def _ruled(self, experiment: Experiment, loaded: Loaded) -> bool:
        """Answer an experiment that cannot run; return whether it was one."""
        outcome, ran = self._rule(experiment), False
        if outcome is None and (why := loaded.failed.get(data_needed(experiment))):
            outcome, ran = not_run(experiment, "failed", why), True
        if outcome is not None:
            self._finish(outcome, ran=ran or outcome.status == "failed")
        return outcome is not None

    def _contexts(
        self, loaded: Loaded, environment: str, scratch: Path, put: Callable[[Any], Any]
    ) -> Contexts:
        return {
            wanted: ExecutionContext(
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
            patience=min(self._conditions.limits.timeout, self._conditions.limits.stall),
        )
        with scratch_folder(in_memory=True) as scratch:
            contexts = self._contexts(loaded, environment, scratch, put=lambda arrays: arrays)
            count = min(self._conditions.jobs or self._conditions.num_cpus, len(experiments))
            runners = [ProcessRunner(self._conditions.limits) for _ in range(count)]
            self._work_off(experiments, runners, contexts)

    def _run_on_cluster(self, experiments: list[Experiment], loaded: Loaded, environment: str) -> None:
        """Run these on Ray; if it dies, what was running is lost with it, and runs again on another."""
        fruitless = 0
        while True:
            before = len(self._answered)
            try:
                self._run_on_one_cluster(experiments, loaded, environment)
                return
            except ClusterDied as died:
                experiments = [e for e in experiments if e.key not in self._answered]
                fruitless = 0 if len(self._answered) > before else fruitless + 1
                if fruitless > FRUITLESS:
                    raise
                self._progress.note(f"{died}; it is started again for the {len(experiments)} that are left")

    def _run_on_one_cluster(self, experiments: list[Experiment], loaded: Loaded, environment: str) -> None:
        with cluster(self._conditions.num_cpus, self._conditions.num_gpus) as folder:
            contexts = self._contexts(loaded, environment, folder / "scratch", put=ray.put)
            # Runners hold their hosts, so experiments that need other hosts wait for the next round.
            for needed, group in groupby(sorted(experiments, key=_hosts_needed), key=_hosts_needed):
                members = list(group)
                device, workers, share = needed
                missing = why_no_gpu(workers, share) if device == "gpu" else None
                if missing is None:
                    self._work_off(members, self._host_runners(workers, share, len(members)), contexts)
                else:
                    for experiment in members:
                        self._finish(not_run(experiment, "unavailable", missing), ran=False)

    def _host_runners(self, workers: int, share: float, most: int) -> list[ActorRunner]:
        fit = max(1, self._conditions.num_cpus // workers)
        if share:
            fit = min(fit, int(ray.cluster_resources()["GPU"] / (share * workers)))
        hosts = workers if self._conditions.actor_pool else 0
        count = min(self._conditions.jobs or fit, most)
        return [ActorRunner(hosts, share, self._conditions.limits) for _ in range(count)]

    def _work_off(
        self, experiments: Iterable[Experiment], runners: Sequence[Runner], contexts: Contexts
    ) -> None:
        queue = deque(experiments)
        try:
            while queue or any(runner.stream is not None for runner in runners):
                for runner in runners:
                    if runner.stream is None and queue:
                        experiment = queue.popleft()
                        outcome = runner.start(experiment, contexts[data_needed(experiment)])
                        if outcome is not None:
                            self._finish(outcome, ran=True)
                if busy := [runner for runner in runners if runner.stream is not None]:
                    self._poll(busy)
        except ray.exceptions.RayError:
            check_alive(LATE_S)
            raise
        finally:
            for runner in runners:
                runner.stop()

    def _poll(self, busy: Sequence[Runner]) -> None:
        self._progress.status([runner.experiment.combination for runner in busy if runner.experiment])
        ready = type(busy[0]).ready(busy, POLL_S)
        for runner in busy:
            outcome = runner.poll(ready=runner in ready)
            if outcome is not None:
                self._finish(outcome, ran=True)
        self._flush_in_time()

    def _finish(self, outcome: Outcome, *, ran: bool) -> None:
        if ran:
            experiment = Experiment.from_row(outcome.row)
            outcome.row |= {"environment": self._environment} | self._versions.columns(experiment)
        outcome = storable(outcome)
        self._waiting_rows.append(outcome)
        self._answered.add(outcome.row["key"])
        self._progress.finished(outcome, ran=ran)
        self._flush_in_time()

    def _flush_in_time(self) -> None:
        """Store what has finished, unless something was stored a moment ago."""
        if time.monotonic() - self._flushed > FLUSH_S:
            self._flush()

    def _flush(self) -> None:
        """Store what has finished; what cannot be stored now, the disk being full, stays for another try.

        Raises:
            OSError: if the disk does not take it; it names the path.
        """
        while outcomes := self._waiting_rows:
            try:
                self._commit(outcomes)
            except ValueError:
                if len(outcomes) == 1:
                    raise
                self._commit(outcomes[:1])  # by itself each fits
        self._flushed = time.monotonic()

    def _commit(self, outcomes: Sequence[Outcome]) -> None:
        """Store these, the first of those that wait, and let them wait no longer."""
        self._store.write(
            [outcome.row for outcome in outcomes],
            [row for outcome in outcomes for row in outcome.trials],
            [row for outcome in outcomes for row in outcome.results],
        )
        self._waiting_rows = self._waiting_rows[len(outcomes) :]


def _hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    return experiment.device, experiment.workers, experiment.gpus_per_trial
