"""The actor pool: trial processes that outlive an experiment.

Starting a trial's process and importing Torch in it takes seconds, more than a short trial trains.  Here a
few *hosts* stay alive; ``TuneController`` gets them through its resource manager, which it asks for the
resources of a trial, so that nothing else of Tune changes: it still believes that it creates an actor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray

from benchmarks.core.reasons import headline
from benchmarks.engines.ray.cluster import check_alive
from benchmarks.engines.ray_internals import AcquiredResources, FixedResourceManager, ResourceRequest
from benchmarks.suite.session import Session
from benchmarks.training.reports import plain
from results.machine import peak_memory_mb

PING_S = 5.0  # an idle host answers within milliseconds
LOOK_S = 0.5  # between two checks that the cluster lives, while a host is waited for


class TrialHost:
    """An actor that hosts one trainable after another; its methods are those that Tune calls on a trial."""

    def __init__(self) -> None:
        self._trial: Any = None
        self._failure: Exception | None = None

    def prepare(self, target: Any, session: Session) -> None:
        """Let a trainable prepare this process once for all of its trials, if it has a ``prepare``."""
        if hasattr(target, "prepare"):
            target.prepare(session)

    def adopt(self, trainable: type, kwargs: dict[str, Any]) -> None:
        """Become a fresh trial.  A failure waits for the first ``train``, where Tune expects one."""
        self._trial = None
        self._failure = None
        try:
            self._trial = trainable(**kwargs)
        except Exception as error:  # noqa: BLE001 - user code; it is raised again in _hosted
            self._failure = error
        except BaseException as error:  # noqa: BLE001 - else the process would end without a word
            self._failure = RuntimeError(headline(error))

    def _hosted(self) -> Any:
        if self._failure is not None:
            raise self._failure
        return self._trial

    def train(self) -> Any:
        return self._hosted().train()

    def save(self, checkpoint_dir: str | None = None) -> Any:
        return self._hosted().save(checkpoint_dir)

    def restore(self, checkpoint: Any) -> Any:
        return self._hosted().restore(checkpoint)

    def reset(self, config: dict[str, Any], storage: Any = None) -> Any:
        return self._hosted().reset(config, storage=storage)

    def get_auto_filled_metrics(self, **kwargs: Any) -> Any:
        return self._hosted().get_auto_filled_metrics(**kwargs)

    def get_current_ip_pid(self) -> tuple[str, int]:
        return ray.util.get_node_ip_address(), os.getpid()

    def stop(self) -> None:
        """End the trial; the process stays."""
        trial, self._trial, self._failure = self._trial, None, None
        if trial is not None:
            trial.stop()

    def test(self, trainable: type, kwargs: dict[str, Any], checkpoint: str) -> dict[str, Any]:
        """Return the test metrics of the model in a checkpoint folder."""
        hosted = trainable(**kwargs)
        hosted.load_checkpoint(checkpoint)
        metrics = plain(hosted.test())
        hosted.stop()
        return metrics

    def ping(self) -> float:
        """Return the peak resident memory of this process, MiB."""
        return peak_memory_mb()


def start_hosts(count: int, gpus_each: float = 0.0) -> list[Any]:
    """Start ``count`` trial hosts with a share of a GPU each.

    They request no CPU of Ray: the runners decide how many of them work at a time.
    """
    actor = ray.remote(num_cpus=0, num_gpus=gpus_each, max_restarts=0)(TrialHost)
    return [actor.remote() for _ in range(count)]


@dataclass
class HostedResources(AcquiredResources):
    """A host that a trial holds; to Tune it looks like an actor class."""

    host: Any
    trainable: Any  # object reference to the trainable class

    def annotate_remote_entities(self, entities: list[Any]) -> list[Any]:
        return [self]

    def remote(self, **kwargs: Any) -> Any:
        self.host.adopt.remote(self.trainable, kwargs)
        return self.host


class HostPool(FixedResourceManager):
    """The hosts of one experiment as the resource manager of its ``TuneController``.

    Args:
        hosts: actor handles of ``TrialHost``; each runs one trial at a time.
        trainable: object reference to the trainable class.
        gpus_each: share of a GPU that each host holds.
    """

    def __init__(self, hosts: Sequence[Any], trainable: Any, gpus_each: float = 0.0) -> None:
        budget = {"CPU": float(len(hosts)), "GPU": gpus_each * len(hosts)}
        super().__init__(total_resources=budget)
        self._gpus_each = gpus_each
        self._idle = list(hosts)
        self._trainable = trainable
        self._substitutes: list[Any] = []  # started here for hosts that died

    def has_resources_ready(self, resource_request: ResourceRequest) -> bool:
        return bool(self._idle) and super().has_resources_ready(resource_request)

    def acquire_resources(self, resource_request: ResourceRequest) -> HostedResources | None:
        if not self.has_resources_ready(resource_request):
            return None
        self._used_resources.append(resource_request)
        return HostedResources(resource_request, self._idle.pop(), self._trainable)

    def free_resources(self, acquired_resource: AcquiredResources) -> None:
        super().free_resources(acquired_resource)
        assert isinstance(acquired_resource, HostedResources)
        self._idle.append(self._alive(acquired_resource.host))

    def _alive(self, host: Any) -> Any:
        """Return the host, or a new one if its process has died."""
        if ping(host) is None:
            ray.kill(host)
            [host] = start_hosts(1, self._gpus_each)
            self._substitutes.append(host)
        return host

    def close(self) -> None:
        """End the hosts that were started here; the runner replaces its own."""
        for host in self._substitutes:
            ray.kill(host)


@contextmanager
def living_host(hosts: Sequence[Any] | None, gpus_each: float) -> Iterator[Any]:
    """Yield a host that is alive: one of ``hosts``, or a new one that is ended afterwards."""
    for host in hosts or ():
        if ping(host) is not None:
            yield host
            return
    [host] = start_hosts(1, gpus_each)
    try:
        yield host
    finally:
        ray.kill(host)


def ping(host: Any, patience: float = PING_S) -> float | None:
    """Return the host's peak memory, MiB; None if it has died or is silent for ``patience`` seconds."""
    future, end = host.ping.remote(), time.monotonic() + patience
    while not ray.wait([future], timeout=min(LOOK_S, patience))[0]:
        check_alive()
        if time.monotonic() >= end:
            return None
    try:
        answer: float = ray.get(future)
    except ray.exceptions.RayActorError:
        return None
    return answer


def peak_memory(hosts: Sequence[Any]) -> float:
    """Return the peak resident memory of the largest host, MiB; hosts that have died do not count."""
    return max((peak for host in hosts if (peak := ping(host)) is not None), default=0.0)


def resources_of_trial(gpus: float) -> dict[str, float]:
    """Return the resources of one trial."""
    return {"CPU": 1.0, "GPU": gpus} if gpus else {"CPU": 1.0}
