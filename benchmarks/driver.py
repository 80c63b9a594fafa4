"""The driver: runs a grid's experiments, several at a time, and stores each as it ends."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks import provenance
from benchmarks.cluster import ClusterDied, check_alive, cluster, why_no_gpu
from benchmarks.compatibility import why_incompatible, why_unavailable
from benchmarks.engines.execution import Site
from benchmarks.engines.hosts import LATE_S, HostLane
from benchmarks.engines.outcome import Outcome, not_run, storable
from benchmarks.engines.virtual.process import ProcessLane
from benchmarks.engines.virtual.server import preload
from benchmarks.experiment import Experiment
from benchmarks.guard import Broken, guarded
from benchmarks.lane import POLL_S, Lane, Limits
from benchmarks.progress import Progress
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES, SpecError
from benchmarks.scratch import scratch_folder
from benchmarks.tables.replay import Recorded
from benchmarks.trainables._errors import DataError
from benchmarks.versions import Versions
from results.store import Store

#: (trainable, data, train_size)
Wanted = tuple[str, str, int]
#: -> where experiments on it run
Sites = Mapping[Wanted, Site]
#: Answers an experiment that needs no run; None lets it run.
Rule = Callable[[Experiment], Outcome | None]

ENGINES = ("tune", "virtual")
FRUITLESS = 1  # Ray may die so often in a row without an experiment done in between; then it is given up
FLUSH_S = 2.0  # finished experiments wait at most this long for their file


class Loaded(dict[Wanted, tuple[Mapping[str, Any], str]]):
    """The arrays that trainables want, and their checksums.

    Attributes:
        failed: what could not be loaded -> why.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[Wanted, str] = {}


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
    """Return the outcome of an experiment that needs no run.

    It is against a rule, something is missing, or one of its parts cannot even be asked.
    """
    answer = _ruled(experiment.trainable, experiment.searcher, experiment.scheduler, experiment.engine)
    most = TRAINABLES[experiment.trainable].most_epochs
    if answer is None and most is not None and experiment.epochs > most:
        answer = "incompatible", f"{experiment.trainable} ends after epoch {most}; ask for --epochs {most}"
    if answer is None and (table := _table(experiment)):
        try:
            answer = ("incompatible", reason) if (reason := table.why_not(experiment)) else None
        except DataError as error:
            answer = "failed", str(error)
    return not_run(experiment, *answer) if answer else None


@cache  # asked several times an experiment; what is registered and installed stays so while a process runs
def _ruled(trainable: str, searcher: str, scheduler: str, engine: str) -> tuple[str, str] | None:
    parts = SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES[trainable]
    if engine == "virtual" and TRAINABLES[trainable].curves is None:
        return "incompatible", f"{trainable} has no learning curves for the virtual engine; use engine tune"
    try:
        reason = guarded(lambda: why_incompatible(*parts), f"space() of {trainable}")
    except Broken as broken:
        refused = broken.__cause__  # a refusal says all by itself
        return "failed", str(refused if isinstance(refused, SpecError) else broken)
    if reason:
        return "incompatible", reason
    if reason := why_unavailable(*parts):
        return "unavailable", reason
    return None


def _table(experiment: Experiment) -> Recorded | None:
    """Return the table that an experiment replays, if it does."""
    curves = TRAINABLES[experiment.trainable].curves if experiment.engine == "virtual" else None
    return curves if isinstance(curves, Recorded) else None


def load_data(
    experiments: Iterable[Experiment],
    data_dir: str | None,
    rule: Rule = answer_by_rule,
    patience: float = 1800.0,
) -> Loaded:
    """Return the data of those experiments that have something to run.

    One trainable whose ``load`` raises, or takes longer than ``patience`` seconds, costs no other its data.

    Raises:
        DataError: if a trainable says that its data is missing or damaged, and what to do.
    """
    loaded = Loaded()
    for experiment in [e for e in experiments if rule(e) is None]:
        wanted = _data_needed(experiment)
        if wanted in loaded or wanted in loaded.failed:
            continue
        try:
            if table := _table(experiment):  # whose curves stand for training on the data
                loaded[wanted] = {}, table.key
            else:
                loaded[wanted] = guarded(
                    partial(_data, *wanted, data_dir), f"load() of {wanted[0]}", patience
                )
        except DataError as error:
            loaded.failed[wanted] = str(error)
        except Broken as broken:
            if isinstance(broken.__cause__, DataError):
                raise broken.__cause__ from None
            loaded.failed[wanted] = str(broken)
    return loaded


def _data(name: str, data: str, train_size: int, data_dir: str | None) -> tuple[Mapping[str, Any], str]:
    arrays = TRAINABLES[name].load(data, train_size, data_dir)
    return arrays, provenance.data_key(arrays)


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
        if outcome is None and (why := loaded.failed.get(_data_needed(experiment))):
            outcome, ran = not_run(experiment, "failed", why), True
        if outcome is not None:
            self._finish(outcome, ran=ran or outcome.status == "failed")
        return outcome is not None

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
            patience=min(self._conditions.limits.timeout, self._conditions.limits.stall),
        )
        with scratch_folder(in_memory=True) as scratch:
            sites = self._sites(loaded, environment, scratch, put=lambda arrays: arrays)
            count = min(self._conditions.jobs or self._conditions.num_cpus, len(experiments))
            lanes = [ProcessLane(self._conditions.limits) for _ in range(count)]
            self._work_off(experiments, lanes, sites)

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
                        outcome = lane.start(experiment, sites[_data_needed(experiment)])
                        if outcome is not None:
                            self._finish(outcome, ran=True)
                if busy := [lane for lane in lanes if lane.stream is not None]:
                    self._poll(busy)
        except ray.exceptions.RayError:
            check_alive(LATE_S)
            raise
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


def data_keys(loaded: Loaded) -> dict[str, str]:
    """Return the checksums of data, by the names that an environment's record has for them."""
    return {f"{name}/{data}/{size}": key for (name, data, size), (_, key) in loaded.items()}


def _hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    return experiment.device, experiment.workers, experiment.gpus_per_trial


def _data_needed(experiment: Experiment) -> tuple[str, str, int]:
    return experiment.trainable, experiment.data, experiment.train_size
