"""The driver's side of a station, and the slots in which experiments run there."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any, Self

import ray
from ray.util.placement_group import PlacementGroup, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from benchmarks.core.reasons import headline
from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.station import Order, Station, StationParts
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import LOST, Outcome, not_run
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.engines.common.watched import Beat
from benchmarks.suite.experiment import Experiment

PATIENCE_S = 5.0  # of a question for outcomes


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
        self._contexts: dict[int, ExecutionContext] = {}  # that it does not know yet
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
            self._contexts[known] = context
        number = next(self._numbers)
        self.slots[number] = slot
        self._orders.append(Order(number, experiment, known))
        return number

    def send(self) -> None:
        """Send what was ordered, and ask for outcomes."""
        if self._orders:
            self._actor.take.remote(self._orders, self._contexts)
            self._orders, self._contexts = [], {}
        if self.asked is None and self.slots:
            self.asked = self._actor.ended.remote(PATIENCE_S)

    def receive(self) -> list[SlotRunner]:
        """Take the answer to the question; return the slots whose experiments have ended."""
        question, self.asked = self.asked, None
        try:
            ended: list[tuple[int, Outcome]] = ray.get(question)
        except ray.exceptions.RayError as error:
            self.why_lost = self._why(error)
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
            self.why_lost = f"its station on {self.name} was lost"

    def close(self) -> None:
        """End the station, and give its CPUs back to the cluster."""
        ray.kill(self._actor)
        remove_placement_group(self.group)

    def _why(self, error: Exception) -> str:
        if isinstance(error, ray.exceptions.RayTaskError):  # of the station's own
            return f"its station has failed ({headline(error)})"
        return f"its station on {self.name} was lost"


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
