"""The supply of a cluster's stations: each gives the driver a slot for every experiment that it may take."""

from __future__ import annotations

import time

from benchmarks.engines.cluster.groups import PendingGroups
from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.placement import sweep_nodes
from benchmarks.engines.cluster.station import StationParts
from benchmarks.engines.cluster.station_link import SlotRunner, StationLink
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.engines.common.supply import RunnerSupply

PER_CPU = 4  # experiments that a station has, for each of its CPUs: it never waits for the driver
SMALLER_S = 10.0  # after which CPUs that nobody gives are asked for in smaller pieces
AHEAD = 2  # stations that are waited for at the same time


class Stations(RunnerSupply):
    """Slots of stations, of which there is one on each node with free CPUs.

    Args:
        most: experiments that run at the same time; 0 means as many as there are CPUs.
        parts: of the run.
        nodes: of the cluster.
    """

    def __init__(self, most: int, limits: Limits, parts: StationParts, nodes: Nodes) -> None:
        self._most, self._limits, self._parts, self._nodes = most, limits, parts, nodes
        self._cpus = max(1, int(nodes.most("CPU")))  # of the next station
        self._pending = PendingGroups(nodes)
        self._since = time.monotonic()
        self._links: list[StationLink] = []
        self._free: list[SlotRunner] = []
        self._used: set[str] = set()

    def take(self, wanted: int) -> list[Runner]:
        self._nodes.look()
        self._drop()
        self._place()
        self._ask(wanted)
        taken, self._free = self._free[:wanted], self._free[wanted:]
        return list(taken)

    def give_back(self, runner: Runner) -> None:
        assert isinstance(runner, SlotRunner)
        if not runner.link.why_lost:
            self._free.append(runner)

    def waits_for(self) -> str:
        return f"{self._cpus} free CPUs on a node"

    def close(self) -> None:
        if not self._nodes.answer:  # all that was asked for ends with the head
            return
        for link in self._links:
            link.close()
        self._pending.keep(0)
        self._links, self._free = [], []
        sweep_nodes(node for node in self._used if not self._nodes.gone([node]))

    def _drop(self) -> None:
        """Drop the stations that are lost, or whose node is about to end and that run nothing."""
        for link in list(self._links):
            leaves = link.node in self._nodes.draining and not link.slots
            if link.why_lost or leaves:
                self._links.remove(link)
                link.close()
                self._free = [slot for slot in self._free if slot.link is not link]

    def _place(self) -> None:
        """Start stations in the groups that Ray has placed."""
        for group, [node] in self._pending.placed():
            self._since = time.monotonic()
            self._used.add(node)
            cpus = int(group.bundle_specs[0]["CPU"])
            link = StationLink(group, node, cpus, self._limits, self._parts, self._nodes)
            self._links.append(link)
            self._free += [SlotRunner(link, self._limits) for _ in range(PER_CPU * cpus)]

    def _ask(self, wanted: int) -> None:
        """Ask for the CPUs of another node while experiments wait, in smaller pieces if nobody has them."""
        have = sum(link.cpus for link in self._links)
        room = self._most - have if self._most else wanted
        if wanted <= len(self._free) or room <= 0:
            self._pending.keep(0)
            return
        if len(self._pending) and self._cpus > 1 and time.monotonic() - self._since > SMALLER_S:
            self._cpus, self._since = max(1, self._cpus // 2), time.monotonic()
            self._pending.keep(0)
        while len(self._pending) < AHEAD and room > 0:
            cpus = min(self._cpus, room)
            self._pending.ask([{"CPU": float(cpus)}], "STRICT_PACK")
            room -= cpus
