"""The dispatch of a batch: each experiment is given to the next free runner, again if its node was lost."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import LOST, Outcome
from benchmarks.engines.common.runner import POLL_S, Runner
from benchmarks.engines.common.supply import RunnerSupply
from benchmarks.execution.loading import DataNeeded, data_needed
from benchmarks.suite.experiment import Experiment

#: The data of experiments -> the context in which they run.
Contexts = Mapping[DataNeeded, ExecutionContext]

MOST_LOST = 3  # nodes that an experiment may lose
SAY_S = 30.0  # between two lines about what is waited for


class Dispatch:
    """Runs experiments on the runners that a supply gives.

    Args:
        supply: of runners.
        contexts: in which the experiments run.
        finish: is given each experiment's outcome.
        note: shows a line that concerns the whole run.
        look: is given what runs, several times a second; it may raise an error that ends all.
    """

    def __init__(
        self,
        supply: RunnerSupply,
        contexts: Contexts,
        finish: Callable[[Outcome], None],
        note: Callable[[str], None],
        look: Callable[[Sequence[Experiment]], None],
    ) -> None:
        self._supply, self._contexts = supply, contexts
        self._finish, self._note, self._look = finish, note, look
        self._queue: deque[Experiment] = deque()
        self._busy: dict[Runner, Experiment] = {}
        self._attempts: Counter[str] = Counter()
        self._idle_since = time.monotonic()

    def run(self, experiments: Sequence[Experiment], started: Callable[[Experiment], None]) -> None:
        """Run all these experiments; ``started`` hears of each that begins."""
        self._queue.extend(experiments)
        try:
            while self._queue or self._busy:
                for runner in self._supply.take(len(self._queue)):
                    experiment = self._queue.popleft()
                    started(experiment)
                    self._start(runner, experiment)
                self._look(list(self._busy.values()))
                if self._busy:
                    self._poll()
                else:
                    self._wait()
        finally:
            self._supply.close()

    def _start(self, runner: Runner, experiment: Experiment) -> None:
        self._attempts[experiment.key] += 1
        outcome = runner.start(experiment, self._contexts[data_needed(experiment)])
        if outcome is None:
            self._busy[runner] = experiment
        else:
            self._supply.give_back(runner)
            self._finish(outcome)

    def _poll(self) -> None:
        self._idle_since = time.monotonic()
        busy = list(self._busy)
        ready = set(type(busy[0]).ready(busy, POLL_S))
        for runner in busy:
            outcome = runner.poll(ready=runner in ready)
            if outcome is not None:
                experiment = self._busy.pop(runner)
                self._supply.give_back(runner)
                self._end(experiment, outcome)

    def _end(self, experiment: Experiment, outcome: Outcome) -> None:
        """Store an outcome, or begin the experiment again if it says nothing of it."""
        attempts = self._attempts[experiment.key]
        if outcome.status == LOST and attempts < MOST_LOST:
            self._note(f"{experiment.title}: {outcome.row['reason']}; it begins again elsewhere")
            self._queue.appendleft(experiment)
        else:
            outcome.row["attempts"] = attempts
            self._finish(outcome)

    def _wait(self) -> None:
        """Wait for a runner, and say now and then for what."""
        if time.monotonic() - self._idle_since > SAY_S and (missing := self._supply.waits_for()):
            self._idle_since = time.monotonic()
            self._note(f"waiting for {missing}")
        time.sleep(POLL_S)
