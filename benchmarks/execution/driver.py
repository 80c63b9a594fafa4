"""The driver: runs a grid's experiments, several at a time, and stores each as it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Conditions as Conditions
from benchmarks.engines.common.engine import Engine, engine_class
from benchmarks.engines.common.outcome import ClusterDied, Outcome, not_run, storable
from benchmarks.engines.common.travel import write_files
from benchmarks.execution import provenance
from benchmarks.execution.answers import AnswerRule, answer_by_rule
from benchmarks.execution.content import content_of
from benchmarks.execution.dispatch import Contexts, Dispatch
from benchmarks.execution.loading import Loaded, data_keys, data_needed
from benchmarks.execution.metering import Meter
from benchmarks.execution.progress import Progress
from benchmarks.execution.turns import by_turns
from benchmarks.execution.under_way import UnderWayFile
from benchmarks.execution.unwritten import Unwritten
from benchmarks.execution.versions import Versions
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.known_points import FOUND, KnownPoints
from benchmarks.suite.registry import SEARCHERS
from results.store.store import Store

SHOW_S = 0.2  # between two looks at what runs: with many experiments each costs as much as a small one's step
FRUITLESS = 1  # clusters that may die one after another without an experiment done in between


class LimitReached(Exception):
    """A limit of the run, reached before all of its experiments were run.

    Attributes:
        limit: "time" or "cost".
    """

    def __init__(self, limit: Literal["time", "cost"]) -> None:
        super().__init__(f"the limit of the run's {limit} is reached")
        self.limit = limit


class Driver:
    """Runs experiments and writes their rows to the store of a run folder.

    Args:
        run: the folder.
        store: its store.
        conditions: how experiments are run.
        progress: what shows how far it is.
        rule: may answer some experiments without a run.
        until: the moment on the monotonic clock at which the run is to end.
        meter: of what the run costs, and of the most that it may.
    """

    def __init__(
        self,
        run: Path,
        store: Store,
        conditions: Conditions,
        progress: Progress,
        rule: AnswerRule = answer_by_rule,
        until: float = math.inf,
        meter: Meter | None = None,
    ) -> None:
        self.meter = meter or Meter()
        self._until, self._under_way, self._shown = until, UnderWayFile(run), -math.inf
        self.run_folder, self._conditions, self.progress = run, conditions, progress
        self._rule = rule
        self._unwritten = Unwritten(store)
        self._answered: set[str] = set()
        self._deaf: set[str] = set()  # searchers that learn, but not from the known results
        self._versions = Versions({})
        self._environment, self._record = "", dict[str, Any]()
        self._machines: dict[str, str] = {}  # other machines' records -> keys of the environments there

    def run(self, experiments: Sequence[Experiment], loaded: Loaded) -> None:
        """Run all these experiments on their data; whatever happens, what has finished is stored.

        Raises:
            ClusterDied: if the cluster of an engine dies again and again.
            LimitReached: if the time of the run is over, or what it may cost is spent.
        """
        keys = data_keys(loaded)
        self._versions = Versions(keys)
        try:
            to_run = by_turns(e for e in experiments if not self._answer(e, loaded))
            self.progress.plan(to_run)
            self._unwritten.flush()  # an engine takes a while to start
            for name in ENGINES:
                members = [e for e in to_run if e.engine == name]
                if members:
                    self._record = provenance.record(keys, self._versions.record(members))
                    self._environment = provenance.write(self.run_folder, self._record)
                    self._machines = {}
                    chosen = engine_class(name, on_cluster=bool(self._conditions.address))
                    self._run_on(chosen(self._conditions), members, loaded)
        finally:
            self._under_way.remove()
            self._unwritten.flush()

    def _answer(self, experiment: Experiment, loaded: Loaded) -> bool:
        """Answer an experiment that cannot run; return whether it was one."""
        outcome, ran = self._rule(experiment), False
        if outcome is None and (why := loaded.failed.get(data_needed(experiment))):
            outcome, ran = not_run(experiment, "failed", why), True
        if outcome is not None:
            self._finish(outcome, ran=ran or outcome.status == "failed")
        return outcome is not None

    def _run_on(self, engine: Engine, experiments: list[Experiment], loaded: Loaded) -> None:
        """Run experiments on an engine; if its cluster dies, run those that were lost on another one."""
        fruitless = 0
        while True:
            before = len(self._answered)
            try:
                self._run_once(engine, experiments, loaded)
                return
            except ClusterDied as died:
                experiments = [e for e in experiments if e.key not in self._answered]
                fruitless = 0 if len(self._answered) > before else fruitless + 1
                if (
                    fruitless > FRUITLESS or self._conditions.address
                ):  # a cluster of others is not ours to start
                    raise
                self.progress.note(f"{died}; it is started again for the {len(experiments)} that are left")

    def _run_once(self, engine: Engine, experiments: list[Experiment], loaded: Loaded) -> None:
        try:
            known = {e.known_results: FOUND[e.known_results] for e in experiments if e.known_results}
            contexts = self._contexts(engine, engine.open(experiments), loaded, known)
            for batch in engine.runners(experiments):
                if batch.supply is None:
                    for experiment in batch.experiments:
                        self._finish(not_run(experiment, "unavailable", batch.missing), ran=False)
                else:
                    dispatch = Dispatch(batch.supply, contexts, self._ran, self.progress.note, self._look)
                    dispatch.run(batch.experiments, self.progress.started)
        finally:
            engine.close()
            for line in engine.notes():
                self.progress.note(line)

    def _contexts(
        self, engine: Engine, scratch: Path, loaded: Loaded, known: Mapping[str, KnownPoints]
    ) -> Contexts:
        return {
            needed: engine.adapt(
                ExecutionContext(
                    data=engine.share(arrays, key, content_of(needed[0], key)),
                    data_key=key,
                    run=str(self.run_folder.absolute()),
                    scratch=str(scratch),
                    tensorboard=self._conditions.tensorboard,
                    environment=self._environment,
                    known=known,
                )
            )
            for needed, (arrays, key) in loaded.items()
        }

    def _look(self, running: Sequence[Experiment]) -> None:
        """Show what runs, and keep to the limits of the run.

        Raises:
            LimitReached: if one is reached.
        """
        now = time.monotonic()
        if now > self._until:
            raise LimitReached("time")
        self.meter.read(running)
        if self.meter.over:
            raise LimitReached("cost")
        self._unwritten.flush_in_time()
        if now - self._shown > SHOW_S:
            self._shown = now
            self.progress.status([experiment.combination for experiment in running])
            titles = [experiment.title for experiment in running]
            self._under_way.show(titles, self.progress.seconds_left, self.progress.done)

    def _ran(self, outcome: Outcome) -> None:
        self._finish(outcome, ran=True)
        name = outcome.row["searcher"]
        if outcome.row.get("known_told") == 0 and SEARCHERS[name].learns and name not in self._deaf:
            self._deaf.add(name)
            self.progress.note(f"{name} was told no known results: its first proposals do not depend on them")

    def _environment_of(self, outcome: Outcome) -> str:
        """Return the key of the environment in which an experiment ran: our code on its machine."""
        if not outcome.environment:
            return self._environment
        name = provenance.key(outcome.environment)
        if name not in self._machines:
            record = self._record | outcome.environment
            self._machines[name] = provenance.write(self.run_folder, record)
        return self._machines[name]

    def _finish(self, outcome: Outcome, *, ran: bool) -> None:
        if ran:
            experiment = Experiment.from_row(outcome.row)
            environment = self._environment_of(outcome)
            outcome.row |= {"environment": environment} | self._versions.columns(experiment)
        write_files(outcome.files, self.run_folder)  # before the row that names them
        outcome = storable(outcome)
        self._unwritten.add(outcome)
        self._answered.add(outcome.row["key"])
        self.progress.finished(outcome, ran=ran)
        self._unwritten.flush_in_time()
