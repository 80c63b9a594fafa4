"""Measurement of the latencies of Tune's own steps on a real cluster, for the virtual engine.

    python -m scripts.measure_latency [--trials 24] [--write]

Runs trials that train nothing on a Ray cluster of this machine, by Tune's controller and Ray's own actors
(no pool of trial processes, as a user of ``Tuner.fit`` has it), and times the calls of the actors from the
driver: a new actor, an actor that becomes another trial, a checkpoint that is saved and loaded, an actor that
ends.  Prints the medians in seconds; ``--write`` puts them into ``benchmarks/engines/virtual/latency.toml``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from ray import tune

from benchmarks.engines.common.tune_job import TuneJob, drive, quiet
from benchmarks.engines.ray.cluster import cluster
from benchmarks.engines.ray_internals import FixedResourceManager, RayActorManager, TuneController
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, ScheduleSetup, SearchSetup
from benchmarks.suite.session import Session

TARGET = Path(__file__).parents[1] / "benchmarks" / "engines" / "virtual" / "latency.toml"
EPOCHS, WORKERS = 3, 2
STEPS = ("start", "reset", "save", "restore", "stop")
HEADER = """# Seconds that Tune's own steps take, for --latency measured: medians on one machine.
# Made by: python -m scripts.measure_latency --write
# {machine}
"""


class TimedManager(RayActorManager):
    """Ray's actor manager that notes how long each call took until its callback came."""

    def __init__(self, resource_manager: Any, seconds: dict[str, list[float]] | None = None) -> None:
        super().__init__(resource_manager=resource_manager)
        self._seconds = defaultdict(list) if seconds is None else seconds
        self._asked: dict[Any, float] = {}

    def _try_start_actors(self, max_actors: int | None = None) -> int:
        before = set(self.live_actors)
        started = super()._try_start_actors(max_actors)
        for tracked in set(self.live_actors) - before:
            self._asked[tracked] = time.perf_counter()
        return started

    def _actor_start_resolved(self, tracked_actor: Any, future: Any) -> None:
        self._note("start", self._asked.pop(tracked_actor))
        super()._actor_start_resolved(tracked_actor, future)

    def _actor_stop_resolved(self, tracked_actor: Any) -> None:
        if tracked_actor in self._asked:
            self._note("stop", self._asked.pop(tracked_actor))
        super()._actor_stop_resolved(tracked_actor)

    def schedule_actor_task(
        self, tracked_actor: Any, method_name: str, *args: Any, on_result: Any = None, **kwargs: Any
    ) -> Any:
        began = time.perf_counter()
        if method_name == "stop":
            self._asked[tracked_actor] = began
        noted = self._noting(method_name, began, on_result) if method_name in STEPS else on_result
        return super().schedule_actor_task(tracked_actor, method_name, *args, on_result=noted, **kwargs)

    def _noting(self, step: str, began: float, then: Callable[..., Any] | None) -> Callable[..., Any]:
        def noted(*args: Any) -> Any:
            self._note(step, began)
            return then(*args) if then else None

        return noted

    def _note(self, step: str, began: float) -> None:
        self._seconds[step].append(time.perf_counter() - began)


def measure(trials: int) -> dict[str, list[float]]:
    """Return the seconds of every call, by step: of actors that are kept, and of some that are not."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for scheduler, reuse in (("fifo", False), ("sha", True)):
        with tempfile.TemporaryDirectory(prefix="tg-") as folder:
            run(scheduler, reuse, trials, folder, seconds)
    return seconds


def run(scheduler: str, reuse: bool, trials: int, folder: str, seconds: dict[str, list[float]]) -> None:
    """Run an experiment on the probe's curves and add what its calls took."""
    spec = TRAINABLES["probe"]
    space = spec.space()
    job = TuneJob(
        name=scheduler,
        plan=SEARCHERS["random"].build(SearchSetup(space, trials, 1, WORKERS)),
        scheduler=SCHEDULERS[scheduler].build(ScheduleSetup(space, (), trials, EPOCHS, WORKERS, 1)),
        metric=spec.metric,
        mode=spec.mode,
        epochs=EPOCHS,
        storage=folder,
        checkpoint_every=1,
        max_failures=0,
        reuse_actors=reuse,
    )
    session = Session("probe", 0, "cpu", spec.load("subset", 0, None), "")
    tune.register_trainable(scheduler, tune.with_parameters(spec.target, session=session))
    experiment = job.experiment(tune.Experiment, tune.PlacementGroupFactory([{"CPU": 1.0}]))
    resources = FixedResourceManager({"CPU": float(WORKERS)})
    controller = TuneController(resource_manager_factory=lambda: resources, **job.options(experiment))
    controller._actor_manager = TimedManager(resources, seconds)
    drive(controller, experiment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=24, help="trials of each of two experiments")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    args = parser.parse_args()
    quiet()
    with cluster(WORKERS, 0):
        seconds = measure(args.trials)
    lines = ["[measured]"]
    for step in STEPS:
        times = sorted(seconds[step])
        median = statistics.median(times)
        lines.append(f"{step} = {median:.4f}  # of {len(times)}: {times[0]:.4f} to {times[-1]:.4f}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if args.write:
        machine = f"{os.cpu_count()} CPUs, Ray {ray.__version__}, a local cluster; nothing else running"
        TARGET.write_text(HEADER.format(machine=machine) + text)


if __name__ == "__main__":
    main()
