"""BayesOptSearch under HyperBand: Ray 2.60's own combination waits for ever, ours comes to its end.

BayesOptSearch suggests no fifth trial before its first four have given a result.  HyperBand ends a trial
that is paused at the last rung, and Tune then tells the searcher of its end without a result; so the fourth
result never comes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import ray
from helpers.commandline import REPOSITORY, CommandLine
from ray import cloudpickle, tune
from ray.tune.schedulers import HyperBandScheduler

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.engines.ray.controller import on_hosts
from benchmarks.engines.ray.hosts import start_hosts
from benchmarks.suite.registry import SearchPlan
from searchers._adapter import Adapted
from searchers._bayesopt import SteadyBayesOpt
from tunegrid_plugin import Free

TRIALS = 8
LIMIT_S = 60.0  # a guard; ours needs a second
RAY_ALONE = REPOSITORY / "tests" / "helpers" / "ray_as_it_stands.py"


class Noting(Adapted):
    """Our adapter, counting the trials of whose result Tune said nothing."""

    untold = 0

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        self.untold += result is None and not error
        super().on_trial_complete(trial_id, result, error)


def ours(storage: str, host: Any) -> tuple[list[tuple[str, float, int]], int]:
    """Run it; return each trial's status, value and epochs, and of how many results Tune said nothing."""
    quiet()
    adapted = Noting(SteadyBayesOpt(random_search_steps=4), native=frozenset(), max_concurrent=2, seed=1)
    job = TuneJob(
        name="seed",
        plan=SearchPlan({"x": tune.uniform(0, 1)}, TRIALS, adapted),
        scheduler=HyperBandScheduler(max_t=3),
        metric="score",
        mode="max",
        epochs=100,  # so that only HyperBand ends a trial, at its own max_t
        storage=storage,
        checkpoint_every=1,
        max_failures=0,
        reuse_actors=True,
    )
    # On one host the first trial is surely paused when the second one completes their bracket.
    trainable = tune.with_parameters(Free, session=None)
    context = ExecutionContext(None, "", "", storage, hosts=(host,))
    trials = on_hosts(job, trainable, {"CPU": 1.0}, context, Ledger())
    ended = [(t.status, float(t.config["x"]), int(t.last_result["training_iteration"])) for t in trials]
    return ended, adapted.untold


@pytest.mark.usefixtures("cluster")
def test_it_comes_to_its_end_with_our_adapter(tmp_path: Path) -> None:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # Ray's workers cannot import this file
    [host] = start_hosts(1)
    running = ray.remote(num_cpus=0, max_retries=0)(ours).remote(str(tmp_path), host)
    try:
        trials, untold = ray.get(running, timeout=LIMIT_S)
    except ray.exceptions.GetTimeoutError:
        ray.cancel(running, force=True)
        raise AssertionError("it waits for ever, as Ray's own does") from None
    finally:
        ray.kill(host)
    assert [status for status, _, _ in trials] == ["TERMINATED"] * TRIALS
    assert all(0 <= x <= 1 for _, x, _ in trials)
    assert [epochs for _, _, epochs in trials] == [3] * TRIALS
    assert untold > 0, "HyperBand ended no paused trial, so this shows nothing"


@pytest.mark.proof(only=True)
def test_it_waits_for_ever_with_ray_alone(command_line: CommandLine) -> None:
    """The reason for the adapter; if a new Ray passes, the adapter may go."""
    folder = command_line.temporary / "alone"
    folder.mkdir()
    process = command_line.popen([sys.executable, str(RAY_ALONE), str(folder)])
    try:
        out, err = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    assert process.returncode == 3 and "STUCK after" in out, f"{out}\n{err}"
    assert "FINISHED" not in out
