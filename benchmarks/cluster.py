"""The Ray cluster of a run: on this machine, on loopback, gone when the run is over."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: For every process of the cluster, before it loads a BLAS: one thread, and threads that wait asleep.  Two
#: threads that spin are many times as slow as two that sleep, when another trial has one of the CPUs.
THREADS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}

OBJECT_STORE_BYTES = 512 * 2**20  # the data of a run, once; full MNIST takes 55 MB


def available_cpus() -> int:
    """Return the CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """Set a variable of the environment for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class _OwnLast(list[str]):
    """Folders that Ray's workers put in front of their import path one by one, our packages' folder last."""

    def extend(self, folders: Iterable[str]) -> None:
        super().extend([*folders, str(Path(__file__).parents[1])])


def own_packages_first() -> Any:
    """Return Ray's settings of a job in which workers import our packages before those of the user's folder.

    Ray puts the working folder first, where a project may have packages called ``benchmarks`` or ``results``.
    """
    from ray.job_config import JobConfig

    config = JobConfig()
    config._py_driver_sys_path = _OwnLast()
    return config


@contextmanager
def cluster(num_cpus: int, num_gpus: int | None = None) -> Iterator[Path]:
    """Start Ray with this many CPUs; yield its temporary folder, which is removed at the end.

    Args:
        num_gpus: GPUs to offer; None lets Ray count them.
    """
    os.environ.update(THREADS)
    import ray

    folder = Path(tempfile.mkdtemp(prefix="tg-"))  # short: Unix sockets allow 107 characters
    on_sigterm = signal.getsignal(signal.SIGTERM)
    try:
        with variable("TMPDIR", str(folder)):  # a process that is ended leaves what it was about to save
            ray.init(
                num_cpus=num_cpus,
                num_gpus=num_gpus,
                include_dashboard=False,
                object_store_memory=OBJECT_STORE_BYTES,
                log_to_driver=False,
                logging_level=logging.ERROR,
                _temp_dir=str(folder),
                job_config=own_packages_first(),
            )
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, on_sigterm)  # Ray's own cleans nothing up
            yield folder
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def why_no_gpu(workers: int, share: float) -> str | None:
    """Return why so many trials at a time cannot have such a share of a GPU, or None if they can."""
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
