"""Tasks on a cluster: one on each of some nodes, and independent ones wherever there is a free CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

K = TypeVar("K")

RETRIES = 3  # nodes that a task may lose
AHEAD = 2  # tasks that are asked for, for each CPU of the cluster: the rest would only fill Ray's queue


def on_nodes(nodes: Iterable[str], function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Start a function on each of these nodes, beside all that runs there; return references to its results.

    Args:
        nodes: ids.
        function: what is called.
        arguments: of each call.
    """
    task = ray.remote(num_cpus=0, max_retries=0)(function)
    return {
        node: task.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(
            *arguments
        )
        for node in nodes
    }


def results_of(
    function: Callable[..., Any], calls: Sequence[tuple[K, Sequence[Any]]], gpus: float = 0.0
) -> Iterator[tuple[K, Any]]:
    """Yield each call's key and result, in the order in which they end; a lost node costs a call another try.

    Args:
        function: called with the arguments of each call, on a CPU of some node; its result must depend on
            them alone.
        calls: pairs of a key and the arguments.
        gpus: share of a GPU that a call needs.
    """
    task = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=RETRIES)(function)
    left, running = list(reversed(calls)), dict[Any, K]()
    while left or running:
        most = max(1, int(AHEAD * ray.cluster_resources().get("CPU", 1)))
        while left and len(running) < most:
            key, arguments = left.pop()
            running[task.remote(*arguments)] = key
        ready, _ = ray.wait(list(running), num_returns=1)
        for answer in ready:
            yield running.pop(answer), ray.get(answer)
