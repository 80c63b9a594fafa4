"""Fixtures of the end-to-end tests: the command line, and one Ray cluster for experiments without it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.commandline import PLUGIN, REPOSITORY, CommandLine

for folder in (REPOSITORY, PLUGIN):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from benchmarks.engines.common.context import ExecutionContext  # noqa: E402
from benchmarks.engines.common.outcome import Outcome  # noqa: E402 - the path must stand first
from benchmarks.engines.common.runner import Limits  # noqa: E402
from benchmarks.engines.ray.actor_runner import ActorRunner  # noqa: E402
from benchmarks.suite.experiment import Experiment  # noqa: E402

PATIENCE_S = 180.0  # a guard against a hang; an experiment here takes seconds at most


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line; its runs live as long as the test session."""
    line = CommandLine(tmp_path_factory.mktemp("e2e"))
    yield line
    line.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A Ray cluster of this process; its temporary folder."""
    from benchmarks.engines.ray.cluster import cluster as started

    with started(6, 0) as temporary:  # CPUs for each of the runners, not in truth: most of them wait
        yield temporary


class Runners:
    """Runners on the shared cluster, by the number of their hosts; each is started when first needed."""

    def __init__(self) -> None:
        self._runners: dict[int, ActorRunner] = {}

    def run(self, experiment: Experiment, context: ExecutionContext, hosts: int) -> Outcome:
        """Run an experiment as the driver does; one that hangs ends as "timeout" or "stalled"."""
        if hosts not in self._runners:
            self._runners[hosts] = ActorRunner(hosts, 0.0, Limits(PATIENCE_S, PATIENCE_S))
        runner = self._runners[hosts]
        runner.start(experiment, context)
        return runner.finish()


@pytest.fixture(scope="session")
def runners(cluster: Path) -> Runners:
    return Runners()


@pytest.fixture
def experiment(runners: Runners, tmp_path: Path) -> Callable[..., Outcome]:
    """Run one experiment on the shared cluster and return its rows; ``pool=False`` is plain Tune."""
    import ray

    from benchmarks.execution.loading import load_data

    def run(trainable: str, searcher: str, scheduler: str, *, pool: bool = True, **fields: Any) -> Outcome:
        asked = Experiment(trainable, searcher, scheduler, **fields)
        [(arrays, key)] = load_data([asked], None).values()
        context = ExecutionContext(ray.put(arrays), key, str(tmp_path), str(tmp_path / "scratch"))
        return runners.run(asked, context, asked.workers if pool else 0)

    return run
