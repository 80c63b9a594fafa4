"""The nodes of a Ray cluster that others have started: which live, and which are about to end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import ray

from benchmarks.engines.common.outcome import ClusterDied
from benchmarks.engines.ray_internals import state

T = TypeVar("T")

LOOK_S = 2.0  # between two looks
AGAIN_S = 0.5  # between two questions to a head that does not answer
ANSWER_S = 1.0  # a head takes milliseconds to accept a connection
GONE_S = 10.0  # a head that accepts none for as long has gone; after a minute Ray would end this process


class Nodes:
    """The state of the nodes as the head reports it, refreshed every ``LOOK_S`` seconds.

    Attributes:
        address: of the head, HOST:PORT.
        alive: the living nodes by their ids, as ``ray.nodes`` describes them.
        draining: ids of those that are to end soon.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.alive: dict[str, dict[str, Any]] = {}
        self.draining: frozenset[str] = frozenset()
        self._looked = self._answered = time.monotonic()
        self._look()

    def look(self) -> None:
        """Look again, if the last time was a while ago.

        Raises:
            ClusterDied: if the head has not answered for ``GONE_S``.
        """
        if time.monotonic() - self._looked >= LOOK_S:
            self._look()

    def _look(self) -> None:
        if not self._check():
            return
        self._looked = time.monotonic()
        every = self.ask(ray.nodes)
        self.alive = {node["NodeID"]: node for node in every if node["Alive"]}
        self.draining = frozenset(self.ask(state.get_draining_nodes))

    def ask(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what a function of Ray's says that asks the head.

        Raises:
            ClusterDied: if the head has gone; Ray would wait for it for a minute, and then end this process.
        """
        while not self._check():
            time.sleep(AGAIN_S)
        try:
            return function(*arguments)
        except Exception as error:  # whatever it is, it is for want of the head
            if not answers(self.address):
                raise ClusterDied(self._gone_words) from error
            raise

    def _check(self) -> bool:
        """Return whether the head answers now."""
        if answers(self.address):
            self._answered = time.monotonic()
            return True
        if time.monotonic() - self._answered > GONE_S:
            raise ClusterDied(self._gone_words)
        return False

    @property
    def _gone_words(self) -> str:
        return f"the Ray cluster at {self.address} no longer answers"

    @property
    def answer(self) -> bool:
        """Whether the head answers now."""
        return answers(self.address)

    def gone(self, ids: Iterable[str]) -> str:
        """Return the first of these nodes that no longer lives; "" if all do."""
        return next((name for name in ids if name not in self.alive), "")

    def name(self, node: str) -> str:
        """Return a node's address, for people."""
        known = self.alive.get(node)
        return str(known["NodeManagerAddress"]) if known else node[:12]

    def most(self, resource: str) -> float:
        """Return how much of a resource the largest node has."""
        return max((node["Resources"].get(resource, 0.0) for node in self.alive.values()), default=0.0)

    def why_no_gpu(self, trials: int, share: float) -> str | None:
        """Return why no node can give ``trials`` trials this share of a GPU each, or None if one can."""
        most = self.most("GPU")
        if most >= trials * share:
            return None
        if most == 0:
            return f"no node of the cluster at {self.address} has a GPU"
        return f"{trials} trials with {share:g} GPU each need more than the {most:g} GPU of the largest node"


def answers(address: str, patience: float = ANSWER_S) -> bool:
    """Return whether something accepts connections at HOST:PORT."""
    with suppress(OSError), _connected(address, patience):
        return True
    return False


def seen_from(address: str) -> str:
    """Return this machine's address in the network in which HOST:PORT is.

    Raises:
        OSError: if nothing answers there.
    """
    with _connected(address, ANSWER_S) as connection:
        return str(connection.getsockname()[0])


def _connected(address: str, patience: float) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)
