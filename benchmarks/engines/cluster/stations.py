"""The supply of a cluster's stations: each gives the driver a slot for every experiment that it may take."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any, Self

import ray
from ray.util.placement_group import (
    PlacementGroup,
    placement_group,
    placement_group_table,
    remove_placement_group,
)
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.placement import sweep_nodes
from benchmarks.engines.cluster.station import Order, Station, StationParts
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import LOST, Outcome, not_run
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.engines.common.supply import RunnerSupply
from benchmarks.engines.common.watched import Beat
from benchmarks.suite.experiment import Experiment

PATIENCE_S = 5.0  # of a question for outcomes
PER_CPU = 4  # experiments that a station has, for each of its CPUs: it never waits for the driver
SMALLER_S = 10.0  # after which CPUs that nobody gives are asked for in smaller pieces
AHEAD = 2  # stations that are waited for at the same time


class StationLink:
    """The driver's side of a station.

    Args:
        group: in which it is placed.
        node: the id of its node.
        cpus: experiments that it runs at the same time.
    """

    def __init__(
        self, group: PlacementGroup, node: str, cpus: int, limits: Limits, parts: StationParts, nodes: Nodes
    ) -> None:
        self.group, self.node, self.cpus = group, node, cpus
        self._nodes = nodes
        self.name = nodes.name(node)
        strategy = PlacementGroupSchedulingStrategy(group)
        # Two calls at a time: one waits for outcomes.
        options: dict[str, Any] = {"num_cpus": cpus, "max_concurrency": 2, "scheduling_strategy": strategy}
        self._actor: Any = ray.remote(max_restarts=0, **options)(Station).remote(cpus, limits, parts)
        self._known: dict[int, int] = {}  # id of a context -> its number
        self._orders: list[Order] = []
        self._numbers = itertools.count()
        self.slots: dict[int, SlotRunner] = {}  # by the number of the experiment that each runs
        self.asked: Any = None  # the answer to the question for outcomes
        self.why_lost = ""

    def order(self, slot: SlotRunner, experiment: Experiment, context: ExecutionContext) -> int:
        """Note that an experiment is to be run; ``send`` sends it."""
        known = self._known.get(id(context))
        if known is None:
            known = self._known[id(context)] = len(self._known)
            self._actor.know.remote(known, context)
        number = next(self._numbers)
        self.slots[number] = slot
        self._orders.append(Order(number, experiment, known))
        return number

    def send(self) -> None:
        """Send what was ordered, and ask for outcomes."""
        if self._orders:
            self._actor.take.remote(self._orders)
            self._orders = []
        if self.asked is None and self.slots:
            self.asked = self._actor.ended.remote(PATIENCE_S)

    def receive(self) -> list[SlotRunner]:
        """Take the answer to the question; return the slots whose experiments have ended."""
        question, self.asked = self.asked, None
        try:
            ended: list[tuple[int, Outcome]] = ray.get(question)
        except ray.exceptions.RayError as error:
            self.why_lost = f"its node {self.name} was lost" if self._gone(error) else _why(error)
            return list(self.slots.values())
        slots = []
        for number, outcome in ended:
            slot = self.slots.pop(number)
            slot.outcome = outcome
            slots.append(slot)
        return slots

    def check(self) -> None:
        """Note that the node has gone, if it has."""
        if self._nodes.gone([self.node]):
            self.why_lost = f"its node {self.name} was lost"

    def close(self) -> None:
        """End the station, and give its CPUs back to the cluster."""
        ray.kill(self._actor)
        remove_placement_group(self.group)

    @staticmethod
    def _gone(error: Exception) -> bool:
        return not isinstance(error, ray.exceptions.RayTaskError)


class SlotRunner(Runner):
    """A slot of a station: to the driver, a runner of one experiment at a time."""

    def __init__(self, link: StationLink, limits: Limits) -> None:
        super().__init__(limits)
        self.link = link
        self.outcome: Outcome | None = None

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        self.outcome = None
        return self.link.order(self, experiment, context)

    def receive(self) -> Beat | Outcome:
        assert self.outcome is not None
        return self.outcome

    def poll(self, ready: bool) -> Outcome | None:
        """Return the outcome, if the station has sent it; the station watches over the experiment."""
        assert self.experiment is not None
        if self.outcome is not None:
            self.stream = None
            return self.outcome
        if self.link.why_lost:
            self.stream = None
            return not_run(self.experiment, LOST, self.link.why_lost)
        return None

    def renew(self) -> None:
        """No-op: the station does."""

    def stop(self) -> None:
        self.stream = None

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        links = list({id(runner.link): runner.link for runner in runners}.values())
        links[0]._nodes.look()
        for link in links:
            link.check()
            link.send()
        questions = {link.asked: link for link in links if link.asked is not None and not link.why_lost}
        if not questions:
            time.sleep(timeout)
        answered, _ = (
            ray.wait(list(questions), num_returns=len(questions), timeout=timeout) if questions else ([], [])
        )
        for answer in answered:
            questions[answer].receive()
        return [runner for runner in runners if runner.outcome is not None or runner.link.why_lost]


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
        self._asked: list[tuple[PlacementGroup, int]] = []
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
        for group, _ in self._asked:
            remove_placement_group(group)
        self._links, self._asked, self._free = [], [], []
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
        for group, cpus in list(self._asked):
            known: dict[str, Any] = self._nodes.ask(placement_group_table, group)
            if known["state"] == "CREATED":
                self._asked.remove((group, cpus))
                self._since = time.monotonic()
                [node] = known["bundles_to_node_id"].values()
                self._used.add(node)
                link = StationLink(group, node, cpus, self._limits, self._parts, self._nodes)
                self._links.append(link)
                self._free += [SlotRunner(link, self._limits) for _ in range(PER_CPU * cpus)]

    def _ask(self, wanted: int) -> None:
        """Ask for the CPUs of another node while experiments wait, in smaller pieces if nobody has them."""
        have = sum(link.cpus for link in self._links)
        room = self._most - have if self._most else wanted
        while self._asked and (wanted <= len(self._free) or room <= 0):
            remove_placement_group(self._asked.pop()[0])
        if self._asked and self._cpus > 1 and time.monotonic() - self._since > SMALLER_S:
            self._cpus, self._since = max(1, self._cpus // 2), time.monotonic()
            for group, _ in self._asked:
                remove_placement_group(group)
            self._asked = []
        while len(self._asked) < AHEAD and wanted > len(self._free) and room > 0:
            cpus = min(self._cpus, room)
            self._asked.append(
                (self._nodes.ask(placement_group, [{"CPU": float(cpus)}], "STRICT_PACK"), cpus)
            )
            room -= cpus


def _why(error: Exception) -> str:
    return f"its station has failed ({str(error).strip().splitlines()[-1]})"
