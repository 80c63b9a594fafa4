"""The Ray cluster of a run: on this machine, on loopback, gone when the run is over."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.core.environment import THREADS, variable
from benchmarks.core.scratch import MEMORY, end_strays, scratch_folder
from benchmarks.core.signals import ENDING, held
from benchmarks.engines.common.outcome import ClusterDied

#: No task events for a dashboard, which is not there; a long run has very many.
NO_HISTORY: Mapping[str, int] = {"task_events_report_interval_ms": 0}
#: By which Ray is told how its processes know one another.
AUTHENTICATION = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
OBJECT_STORE_BYTES = 512 * 2**20  # the data of a run, once; full MNIST takes 55 MB


class _OwnLast(list[str]):
    """Folders that Ray's workers put in front of their import path one by one, our packages' folder last."""

    def extend(self, folders: Iterable[str]) -> None:
        super().extend([*folders, str(Path(__file__).parents[3])])


def own_packages_first() -> Any:
    """Return Ray's settings of a job in which workers import our packages before those of the user's folder.

    Ray puts the working folder first, where a project may have packages called ``benchmarks`` or ``results``.
    """
    from ray.job_config import JobConfig

    config = JobConfig()
    config._py_driver_sys_path = _OwnLast()
    return config


def own_token() -> dict[str, str]:
    """Return the token of our clusters, as a variable; none if the user has chosen how Ray authenticates.

    Without one, Ray saves a token in the user's home, which may not be writable.
    """
    if any(name in os.environ for name in AUTHENTICATION):
        return {}
    return {"RAY_AUTH_TOKEN": secrets.token_hex(32)}  # a secret, not an experiment's randomness


@contextmanager
def cluster(num_cpus: int, num_gpus: int | None = None, niceness: int | None = None) -> Iterator[Path]:
    """Start Ray with this many CPUs; yield its temporary folder, which is removed at the end.

    Args:
        num_gpus: GPUs to offer; None lets Ray count them.
        niceness: of the actors' processes, 0 to 19; None leaves it to Ray.

    Raises:
        ClusterDied: if Ray cannot be started.
        OSError: if its files cannot be written.
    """
    os.environ.update(THREADS | own_token())
    import ray

    settings = dict(NO_HISTORY) if niceness is None else {**NO_HISTORY, "worker_niceness": niceness}
    with scratch_folder() as folder:
        try:
            with variable("TMPDIR", str(folder)):  # a process that is ended leaves what it was about to save
                with held(), own_handlers():
                    _start(
                        num_cpus=num_cpus,
                        num_gpus=num_gpus,
                        include_dashboard=False,
                        object_store_memory=OBJECT_STORE_BYTES,
                        log_to_driver=False,
                        logging_level=logging.ERROR,
                        _temp_dir=str(folder),
                        # Ray takes shared memory without asking whether it can be written.
                        _plasma_directory=None if os.access(MEMORY, os.W_OK) else str(folder),
                        _system_config=settings,  # Ray writes into it where this cluster spills
                        job_config=own_packages_first(),
                    )
                yield folder
        finally:
            with held():
                ray.shutdown(wait_for_processes=True)
                end_strays(folder)  # some of Ray's wait long before they believe that their cluster is gone


def _start(**options: Any) -> None:
    import ray

    try:
        ray.init(**options)
    except Exception as error:  # Ray raises a bare one if a process of its own ends too early
        message = (str(error).splitlines() or [""])[0]
        raise ClusterDied(f"Ray cannot be started ({type(error).__name__}: {message})") from error


@contextmanager
def own_handlers() -> Iterator[None]:
    """Restore our handlers of signals, which Ray replaces."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    if threading.current_thread() is threading.main_thread():
        for number, handler in before.items():
            signal.signal(number, handler)


#: Without these nothing goes on; Ray's others only watch.
VITAL = frozenset({"raylet", "gcs_server"})
LATE_S = 0.5  # what needs one of them may end this much earlier than that is seen to have ended


@contextmanager
def death_is_seen() -> Iterator[None]:
    """Raise ClusterDied in place of Ray's own error where the cluster has died."""
    import ray

    try:
        yield
    except ray.exceptions.RayError:
        check_alive(LATE_S)
        raise


def check_alive(patience: float = 0.0) -> None:
    """Raise ClusterDied if one of the cluster's own processes has ended, or does within ``patience`` seconds.

    Ray itself would notice after up to a minute, and then ends this process without a word.
    """
    from benchmarks.engines.ray_internals import worker

    end = time.monotonic() + patience
    while True:
        node = worker._global_node
        dead = VITAL.intersection(kind for kind, _ in node.dead_processes()) if node is not None else ()
        if dead:
            raise ClusterDied(f"Ray has died ({' and '.join(sorted(dead))})")
        if time.monotonic() >= end:
            return
        time.sleep(0.05)


def why_no_gpu(workers: int, share: float) -> str | None:
    """Return why ``workers`` trials cannot each have this share of a GPU, or None if they can."""
    import ray

    gpus = ray.cluster_resources().get("GPU", 0.0)
    if gpus == 0:
        return "no CUDA device"
    if gpus < workers * share:
        return f"{workers} workers with {share:g} GPU each need more than the {gpus:g} GPU there is"

    @ray.remote(num_cpus=0, num_gpus=share, max_retries=0)
    def cuda() -> bool:
        import torch

        return torch.cuda.is_available()

    return None if ray.get(cuda.remote()) else "no CUDA device: torch.cuda.is_available() is False"
