"""What the end-to-end tests share: the command line, and one Ray cluster for experiments without it."""

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

from benchmarks.engines.common.execution import Site  # noqa: E402
from benchmarks.engines.common.lane import Limits  # noqa: E402
from benchmarks.engines.common.outcome import Outcome  # noqa: E402 - the path must stand first
from benchmarks.engines.ray.hosts import HostLane  # noqa: E402
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

    with started(6, 0) as temporary:  # CPUs for each of the lanes, not in truth: most of them wait
        yield temporary


class Lanes:
    """Lanes on the shared cluster, by the number of their hosts; each is started when it is first needed."""

    def __init__(self) -> None:
        self._lanes: dict[int, HostLane] = {}

    def run(self, experiment: Experiment, site: Site, hosts: int) -> Outcome:
        """Run an experiment as the driver does; one that hangs ends as "timeout" or "stalled"."""
        if hosts not in self._lanes:
            self._lanes[hosts] = HostLane(hosts, 0.0, Limits(PATIENCE_S, PATIENCE_S))
        lane = self._lanes[hosts]
        lane.start(experiment, site)
        return lane.finish()


@pytest.fixture(scope="session")
def lanes(cluster: Path) -> Lanes:
    return Lanes()


@pytest.fixture
def experiment(lanes: Lanes, tmp_path: Path) -> Callable[..., Outcome]:
    """Run one experiment on the shared cluster and return its rows; ``pool=False`` is plain Tune."""
    import ray

    from benchmarks.execution.loading import load_data

    def run(trainable: str, searcher: str, scheduler: str, *, pool: bool = True, **fields: Any) -> Outcome:
        asked = Experiment(trainable, searcher, scheduler, **fields)
        [(arrays, key)] = load_data([asked], None).values()
        site = Site(ray.put(arrays), key, str(tmp_path), str(tmp_path / "scratch"))
        return lanes.run(asked, site, asked.workers if pool else 0)

    return run
