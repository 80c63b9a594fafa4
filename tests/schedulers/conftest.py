"""One experiment on a real Ray cluster, with one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engines.common.outcome import Outcome

PATIENCE_S = 150.0  # a guard against a hang; an experiment here takes seconds, on a busy machine a minute


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Outcome]]:
    """Run an experiment of one worker and return its rows.

    The cluster is that of the test session if there is one, else it ends with the module.
    """
    import ray

    from benchmarks.engines.common.context import ExecutionContext
    from benchmarks.engines.common.runner import Limits
    from benchmarks.engines.ray.actor_runner import ActorRunner
    from benchmarks.engines.ray.cluster import cluster
    from benchmarks.execution.loading import load_data
    from benchmarks.suite.experiment import Experiment

    folder: Path = tmp_path_factory.mktemp("schedulers")

    def run(trainable: str, searcher: str, scheduler: str, **fields: Any) -> Outcome:
        asked = Experiment(trainable, searcher, scheduler, workers=1, **fields)
        [(arrays, key)] = load_data([asked], None).values()
        runner.start(asked, ExecutionContext(ray.put(arrays), key, str(folder), str(folder / "scratch")))
        return runner.finish()

    with ExitStack() as stack:
        if not ray.is_initialized():
            stack.enter_context(cluster(2, 0))
        runner = ActorRunner(1, 0.0, Limits(PATIENCE_S, PATIENCE_S))
        stack.callback(runner.stop)
        yield run
