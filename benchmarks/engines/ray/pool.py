"""The pool of the trial hosts of one experiment, as Tune's controller takes it.

``TuneController`` gets hosts through its resource manager, which it asks for the resources of a trial, so
that nothing else of Tune changes: it still believes that it creates an actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ray

from benchmarks.engines.ray.hosts import ping, start_hosts
from benchmarks.engines.ray_internals import AcquiredResources, FixedResourceManager, ResourceRequest


@dataclass
class HostedResources(AcquiredResources):
    """A host that a trial holds; to Tune it looks like an actor class."""

    host: Any
    trainable: Any  # object reference to the trainable class
    carries: bool  # its checkpoints travel

    def annotate_remote_entities(self, entities: list[Any]) -> list[Any]:
        return [self]

    def remote(self, **kwargs: Any) -> Any:
        self.host.adopt.remote(self.trainable, kwargs, self.carries)
        return self.host


class HostPool(FixedResourceManager):
    """The hosts of one experiment as the resource manager of its ``TuneController``.

    Args:
        hosts: actor handles of ``TrialHost``; each runs one trial at a time.
        trainable: object reference to the trainable class.
        gpus_each: share of a GPU that each host holds.
        group: placement group of the hosts.
        carries: checkpoints travel with what a host returns, as hosts and controller share no disk.
    """

    def __init__(
        self,
        hosts: Sequence[Any],
        trainable: Any,
        gpus_each: float = 0.0,
        *,
        group: Any = None,
        carries: bool = False,
    ) -> None:
        budget = {"CPU": float(len(hosts)), "GPU": gpus_each * len(hosts)}
        super().__init__(total_resources=budget)
        self._gpus_each, self._group, self._carries = gpus_each, group, carries
        self._idle = list(hosts)
        self._trainable = trainable
        self._substitutes: list[Any] = []  # started here for hosts that died

    def has_resources_ready(self, resource_request: ResourceRequest) -> bool:
        return bool(self._idle) and super().has_resources_ready(resource_request)

    def acquire_resources(self, resource_request: ResourceRequest) -> HostedResources | None:
        if not self.has_resources_ready(resource_request):
            return None
        self._used_resources.append(resource_request)
        return HostedResources(resource_request, self._idle.pop(), self._trainable, self._carries)

    def free_resources(self, acquired_resource: AcquiredResources) -> None:
        super().free_resources(acquired_resource)
        assert isinstance(acquired_resource, HostedResources)
        self._idle.append(self._alive(acquired_resource.host))

    def _alive(self, host: Any) -> Any:
        """Return the host, or a new one if its process has died."""
        if ping(host) is None:
            ray.kill(host)
            [host] = start_hosts(1, self._gpus_each, self._group)
            self._substitutes.append(host)
        return host

    def close(self) -> None:
        """End the hosts that were started here; the runner replaces its own."""
        for host in self._substitutes:
            ray.kill(host)


def resources_of_trial(gpus: float) -> dict[str, float]:
    """Return the resources of one trial."""
    return {"CPU": 1.0, "GPU": gpus} if gpus else {"CPU": 1.0}
