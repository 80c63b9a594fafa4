"""Trial hosts: processes that outlive an experiment.

Starting a trial's process and importing Torch in it takes seconds, more than a short trial trains.  A host
stays alive, and becomes one trial after the other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from ray.util.placement_group import PlacementGroup
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from benchmarks.core.reasons import headline
from benchmarks.engines.ray.carried import CarriedCheckpoint, carried, on_this_node, unpacked
from benchmarks.engines.ray.cluster import check_alive
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
        self._carries = False

    def prepare(self, target: Any, session: Session) -> None:
        """Let a trainable prepare this process once for all of its trials, if it has a ``prepare``."""
        if hasattr(target, "prepare"):
            target.prepare(session)

    def adopt(self, trainable: type, kwargs: dict[str, Any], carries: bool = False) -> None:
        """Become a fresh trial.  A failure waits for the first ``train``, where Tune expects one.

        Args:
            trainable: its class.
            kwargs: of the class.
            carries: its checkpoints travel with what ``save`` returns; no disk is shared.
        """
        self._trial, self._failure, self._carries = None, None, carries
        kwargs = kwargs | {"storage": self._storage(kwargs["storage"])} if "storage" in kwargs else kwargs
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
        saved = self._hosted().save(checkpoint_dir)
        return carried(saved) if self._carries else saved

    def restore(self, checkpoint: Any) -> Any:
        with unpacked(checkpoint) as local:
            return self._hosted().restore(local)

    def reset(self, config: dict[str, Any], storage: Any = None) -> Any:
        return self._hosted().reset(config, storage=self._storage(storage))

    def get_auto_filled_metrics(self, **kwargs: Any) -> Any:
        return self._hosted().get_auto_filled_metrics(**kwargs)

    def get_current_ip_pid(self) -> tuple[str, int]:
        return ray.util.get_node_ip_address(), os.getpid()

    def stop(self) -> None:
        """End the trial; the process stays."""
        trial, self._trial, self._failure = self._trial, None, None
        if trial is not None:
            trial.stop()

    def _storage(self, storage: Any) -> Any:
        return on_this_node(storage) if self._carries and storage is not None else storage

    def test(
        self, trainable: type, kwargs: dict[str, Any], checkpoint: str | CarriedCheckpoint
    ) -> dict[str, Any]:
        """Return the test metrics of the model in a checkpoint's folder, or in one that travels."""
        if isinstance(checkpoint, CarriedCheckpoint):
            kwargs = kwargs | {"storage": on_this_node(kwargs["storage"])}
            with checkpoint.folder() as folder:
                return self.test(trainable, kwargs, folder)
        hosted = trainable(**kwargs)
        hosted.load_checkpoint(checkpoint)
        metrics = plain(hosted.test())
        hosted.stop()
        return metrics

    def ping(self) -> float:
        """Return the peak resident memory of this process, MiB."""
        return peak_memory_mb()


def start_hosts(count: int, gpus_each: float = 0.0, group: PlacementGroup | None = None) -> list[Any]:
    """Start ``count`` trial hosts with a share of a GPU each.

    In a placement group each has a CPU of its own.  Without one they request no CPU of Ray: the runners
    decide how many of them work at a time.
    """
    options: dict[str, Any] = {"num_cpus": 0}
    if group is not None:
        options = {"num_cpus": 1, "scheduling_strategy": PlacementGroupSchedulingStrategy(group)}
    actor = ray.remote(num_gpus=gpus_each, max_restarts=0, **options)(TrialHost)
    return [actor.remote() for _ in range(count)]


@contextmanager
def living_host(
    hosts: Sequence[Any] | None, gpus_each: float, group: PlacementGroup | None = None
) -> Iterator[Any]:
    """Yield a host that is alive: one of ``hosts``, or a new one that is ended afterwards."""
    for host in hosts or ():
        if ping(host) is not None:
            yield host
            return
    [host] = start_hosts(1, gpus_each, group)
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
