"""What the end-to-end tests share: the command line, and one Ray cluster for experiments in this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from commandline import PLUGIN, REPOSITORY, CommandLine

for folder in (REPOSITORY, PLUGIN):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from benchmarks.engines.outcome import Outcome  # noqa: E402 - the path must stand first
from benchmarks.engines.task import run_watched  # noqa: E402
from benchmarks.engines.tune import Site  # noqa: E402
from benchmarks.experiment import Experiment  # noqa: E402


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line; its runs live as long as the test session."""
    line = CommandLine(tmp_path_factory.mktemp("e2e"))
    yield line
    line.close()


PATIENCE_S = 60.0  # a guard against a hang; an experiment here takes less than a second


@dataclass(frozen=True)
class Cluster:
    """A running cluster with two trial hosts and room for two more trials."""

    temporary: Path
    hosts: tuple[Any, ...]

    def site(self, experiment: Experiment, folder: Path) -> Site:
        """Return where an experiment runs: its data, and a run folder of its own."""
        import ray

        from benchmarks.driver import load_data

        [(arrays, key)] = load_data([experiment], None).values()
        return Site(self.hosts, ray.put(arrays), key, str(folder), str(folder / "scratch"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A Ray cluster in this process, for experiments that do not need the command line around them."""
    from benchmarks.cluster import cluster as started
    from benchmarks.engines.pool import start_hosts

    # The hosts hold two of the four CPUs; the others are for trials that bring their own process.
    with started(4, 0) as temporary:
        yield Cluster(temporary, tuple(start_hosts(2)))


@pytest.fixture
def experiment(cluster: Cluster, tmp_path: Path) -> Callable[..., Outcome]:
    """Run one experiment on the shared cluster, as a lane does, and return its outcome."""

    def run(trainable: str, searcher: str, scheduler: str, *, pool: bool = True, **fields: Any) -> Outcome:
        asked = Experiment(trainable, searcher, scheduler, **fields)
        site = cluster.site(asked, tmp_path)
        workers = site.hosts[: asked.workers] if site.hosts else ()
        end = time.monotonic() + PATIENCE_S
        for message in run_watched(asked, replace(site, hosts=workers if pool else None)):
            if isinstance(message, Outcome):
                return message
            assert time.monotonic() < end, f"{asked.combination} hangs: {message.waiting}"
        raise AssertionError("the task ended without an outcome")

    return run
