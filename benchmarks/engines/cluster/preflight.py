"""Checks of a cluster before a run: its nodes are large enough, and have the packages that it needs."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import ray

from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.tasks import on_nodes
from benchmarks.engines.common.shared_storage import below, mark, marked, remove
from benchmarks.engines.ray_internals import state
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES

#: Packages that may change any result.
ALWAYS = ("numpy", "scipy", "torch", "pandas", "pyarrow")
ANSWER_S = 60.0  # code is unpacked and a process started in seconds, on a busy machine in tens of them


def check_cluster(nodes: Nodes, experiments: Sequence[Experiment], placement: str, *, mixed: bool) -> None:
    """Check that a cluster can run these experiments.

    Args:
        placement: where the trials of an experiment are placed.
        mixed: other versions of packages than here are allowed.

    Raises:
        Misuse: if it cannot; says why.
    """
    real = [e.workers for e in experiments if not ENGINES[e.engine].virtual_clock]
    _check_size(nodes, max(real, default=1), placement)
    wanted = packages_of(experiments)
    here = versions(wanted)
    for name, there in _answers(nodes, versions, wanted).items():
        absent = sorted(package for package in wanted if package in here and package not in there)
        if absent:
            raise Misuse(
                f"node {name} lacks {', '.join(absent)}; install it there: pip install "
                + " ".join(f"{package}=={here[package]}" for package in absent)
            )
        other = sorted(package for package in here if there[package] != here[package])
        if other and not mixed:
            each = ", ".join(f"{package} {there[package]} (here {here[package]})" for package in other)
            raise Misuse(
                f"node {name} has {each}; install the same, or allow what differs by --mixed-versions"
            )


def check_storage(nodes: Nodes, storage: str) -> None:
    """Check that this machine can write to a storage, and each node reads there what was written.

    Raises:
        Misuse: if not; says which node does not.
    """
    place, text = below(storage, f"tunegrid-check-{os.getpid()}"), f"{platform.node()} {os.getpid()}"
    try:
        mark(place, text)
    except (OSError, ValueError) as error:
        raise Misuse(f"--storage {storage} cannot be written here: {_last(error)}") from error
    try:
        for name, there in _answers(nodes, marked, place).items():
            if there != text:
                raise Misuse(
                    f"node {name} does not see what was written to --storage {storage} here; give a place "
                    "that all nodes share"
                )
    finally:
        with suppress(OSError):
            remove(place)


def packages_of(experiments: Iterable[Experiment]) -> list[str]:
    """Return the packages on which the results of experiments may depend."""
    names = set(ALWAYS)
    for e in experiments:
        for spec in (TRAINABLES[e.trainable], SEARCHERS[e.searcher], SCHEDULERS[e.scheduler]):
            names.update(spec.requires)
    return sorted(names)


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of those of these packages that are installed, and that of Python."""
    installed = {"python": platform.python_version()}
    for package in packages:
        try:
            installed[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return installed


def _check_size(nodes: Nodes, workers: int, placement: str) -> None:
    """Raise Misuse if the cluster is too small for the workers of an experiment."""
    if state.get_max_resources_from_cluster_config() is not None:  # an autoscaler may bring other nodes
        return
    most = nodes.most("CPU")
    if placement == "node" and workers > most:
        raise Misuse(
            f"no node of the cluster has {workers} CPUs for {workers} workers, the largest has {most:g}; "
            "lower --workers, or spread the trials over nodes by --placement spread"
        )
    total = sum(node["Resources"].get("CPU", 0.0) for node in nodes.alive.values())
    if workers > total:
        raise Misuse(f"the cluster has {total:g} CPUs for {workers} workers; lower --workers, or add nodes")


def _answers(nodes: Nodes, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Return what a function answers on each node that may run trials, by its address."""
    able = [name for name, node in nodes.alive.items() if node["Resources"].get("CPU", 0.0) > 0]
    answers = on_nodes(able, function, *arguments)
    if not answers:
        raise Misuse("no node of the cluster has a CPU for trials; add one: ray start --address=HOST:PORT")
    ready, _ = ray.wait(list(answers.values()), num_returns=len(answers), timeout=ANSWER_S)
    by_address: dict[str, Any] = {}
    for node, answer in answers.items():
        if answer not in ready:
            raise Misuse(f"node {nodes.name(node)} did not answer for {ANSWER_S:g} s; is it overloaded?")
        try:
            by_address[nodes.name(node)] = ray.get(answer)
        except ray.exceptions.RuntimeEnvSetupError as error:
            raise Misuse(f"node {nodes.name(node)} cannot take our code: {_last(error)}") from error
        except ray.exceptions.RayError as error:
            raise Misuse(f"node {nodes.name(node)} cannot run our code: {_last(error)}") from error
    return by_address


def _last(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
