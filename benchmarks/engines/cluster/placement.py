"""The supply of placed runners: placement groups are asked for a few ahead, and all are given back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ray

from benchmarks.core.scratch import folders, sweep
from benchmarks.engines.cluster.groups import PendingGroups
from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.placed_runner import PlacedRunner
from benchmarks.engines.cluster.tasks import on_nodes
from benchmarks.engines.common.beats import seconds_between_beats
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.engines.common.supply import RunnerSupply

#: Placement groups that are waited for at the same time: enough that new nodes are used and an autoscaler
#: sees the demand, few enough to leave the cluster's CPUs to others.
AHEAD = 4
SETTLED_S, AGAIN_S = 8.0, 0.3  # a process that is killed is gone, on a busy node too; between two sweeps
SWEEP_S = 12.0  # all nodes are swept
#: Where the trials of an experiment are placed -> Ray's strategy.
STRATEGIES: Mapping[str, str] = {"node": "STRICT_PACK", "spread": "SPREAD"}


@dataclass(frozen=True)
class RunnerNeeds:
    """The resources that a runner requests.

    Attributes:
        workers: trial hosts, of a CPU each.
        gpus_each: share of a GPU that each of them holds.
        accelerator: model of the GPUs, such as "H100"; "" if any will do.
        placement: a key of ``STRATEGIES``.
    """

    workers: int
    gpus_each: float = 0.0
    accelerator: str = ""
    placement: str = "node"

    @property
    def bundle(self) -> dict[str, float]:
        """The resources of one trial host, as Ray names them."""
        wanted = {"CPU": 1.0}
        if self.gpus_each:
            wanted["GPU"] = self.gpus_each
            if self.accelerator:
                wanted[f"accelerator_type:{self.accelerator}"] = 0.001
        return wanted

    def __str__(self) -> str:
        model = f" {self.accelerator}" if self.accelerator else ""
        gpus = f" and {self.gpus_each * self.workers:g}{model} GPU" if self.gpus_each else ""
        if self.placement == "spread":
            return f"{self.workers} free CPUs{gpus} on any nodes"
        return f"a node with {self.workers} free CPUs{gpus}"


class PlacedRunners(RunnerSupply):
    """Runners in placement groups of a cluster.

    Args:
        needs: what each of them needs.
        most: runners at the same time; 0 means as many as the cluster has room for.
        nodes: of the cluster.
    """

    def __init__(self, needs: RunnerNeeds, most: int, limits: Limits, nodes: Nodes) -> None:
        self._needs, self._most, self._limits, self._nodes = needs, most, limits, nodes
        self._pending = PendingGroups(nodes)
        self._free: list[PlacedRunner] = []
        self._busy: set[PlacedRunner] = set()
        self._used: set[str] = set()  # nodes

    def take(self, wanted: int) -> list[Runner]:
        self._nodes.look()
        for runner in [one for one in self._free if self._is_over(one)]:
            self._free.remove(runner)
            runner.retire()
        n, limits = self._needs, self._limits
        self._free += [
            PlacedRunner(group, where, n.workers, n.gpus_each, limits, self._nodes)
            for group, where in self._pending.placed()
        ]
        self._ask(wanted)
        taken = [runner for runner in self._free if runner.warm()][:wanted]
        self._busy.update(taken)
        for runner in taken:
            runner.beat_s = seconds_between_beats(len(self._busy))
        self._used.update(node for runner in taken for node in runner.nodes)
        self._free = [runner for runner in self._free if runner not in self._busy]
        return list(taken)

    def give_back(self, runner: Runner) -> None:
        assert isinstance(runner, PlacedRunner)
        self._busy.discard(runner)
        if self._is_over(runner):
            runner.retire()
        else:
            runner.warm_up()
            self._free.append(runner)

    def waits_for(self) -> str:
        if self._free:
            return f"trial hosts that start on {', '.join(sorted(map(self._where, self._free)))}"
        return str(self._needs)

    def close(self) -> None:
        if not self._nodes.answer:  # all that was asked for ends with the head
            return
        for runner in (*self._free, *self._busy):
            runner.retire()
        self._pending.keep(0)
        self._free, self._busy = [], set()
        sweep_nodes(node for node in self._used if not self._nodes.gone([node]))

    def _is_over(self, runner: PlacedRunner) -> bool:
        """Return whether a runner has lost its node, or is about to."""
        return runner.lost or bool(self._nodes.gone(runner.nodes) or self._nodes.draining & set(runner.nodes))

    def _ask(self, wanted: int) -> None:
        """Ask for groups, or give up those, and the free runners, that are not wanted any more."""
        while len(self._free) > wanted:
            self._free.pop().retire()
        missing = wanted - len(self._free)
        if self._most:
            missing = min(missing, self._most - len(self._free) - len(self._busy))
        self._pending.keep(missing)
        while len(self._pending) < min(missing, AHEAD):
            bundles = [self._needs.bundle] * self._needs.workers
            self._pending.ask(bundles, STRATEGIES[self._needs.placement])

    def _where(self, runner: PlacedRunner) -> str:
        return self._nodes.name(runner.nodes[0])


def sweep_nodes(nodes: Iterable[str]) -> None:
    """Remove what processes that were ended have left on nodes; one that does not answer is left alone."""
    swept = list(on_nodes(nodes, _sweep).values())
    if swept:
        ray.wait(swept, num_returns=len(swept), timeout=SWEEP_S)


def _sweep() -> None:
    """Sweep until nothing of ours is left: a process that is ended has its lock until it is gone."""
    end = time.monotonic() + SETTLED_S
    while folders() and time.monotonic() < end:
        time.sleep(AGAIN_S)
        sweep()
