"""A Ray cluster that others have started: joined with our code, and left as it was."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray

from benchmarks.core.environment import THREADS
from benchmarks.core.signals import held
from benchmarks.engines.cluster.nodes import Nodes, answers, seen_from
from benchmarks.engines.cluster.shipped_code import LEFT_OUT, code, variables
from benchmarks.engines.ray.cluster import own_handlers
from benchmarks.suite.misuse import Misuse

#: By which ``ray job submit`` tells its program what runtime environment the job has.
JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
#: Seconds after which a question to a head that has gone is an error; Ray's default is a minute.
PATIENCE = {"RAY_gcs_server_request_timeout_seconds": "15"}
PATIENCE_S = 5.0  # with a head that is reached over a network


def address_of(address: str) -> str:
    """Return HOST:PORT of a cluster's head.

    Args:
        address: HOST:PORT, or ``auto`` for the cluster of the job, or of this machine.

    Raises:
        Misuse: if it is something else, or ``auto`` finds none.
    """
    if address.startswith("ray://"):
        raise Misuse(
            f"--address {address} is Ray Client, which cannot stream what experiments send; run this on a "
            "node of the cluster with --address auto, or by: ray job submit --working-dir . -- tunegrid run"
        )
    if address == "auto":
        from benchmarks.engines.ray_internals import find_bootstrap_address

        # Ray itself would look through the machine's processes too, and join the cluster of anybody.
        head = os.environ.get("RAY_ADDRESS") or find_bootstrap_address(None)
        if not head or head.startswith("ray://"):
            raise Misuse(
                "--address auto finds no Ray cluster: neither of a job (RAY_ADDRESS) nor on this machine; "
                "start one with ray start --head, or give HOST:PORT"
            )
        return str(head)
    if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}", address):
        raise Misuse(f"--address is {address!r}; give HOST:PORT, such as 10.0.0.1:6379, or auto")
    return address


@contextmanager
def joined(address: str, storage: str = "") -> Iterator[Nodes]:
    """Join a cluster with our code and settings; yield its nodes.

    Args:
        address: HOST:PORT, or "auto".
        storage: which processes use; they get what the environment says of it.

    Raises:
        Misuse: if none can be joined there; it says why.
        ClusterDied: if the head ends meanwhile.
    """
    head = address_of(address)
    if not answers(head, PATIENCE_S):
        raise Misuse(
            f"nothing answers at {head}; is the head of a Ray cluster there (ray start --head --port=6379)?"
        )
    os.environ.update(THREADS | PATIENCE)
    try:
        with held(), own_handlers():
            _init(head, storage)
        _silence()
        yield Nodes(head)
    finally:
        with held():
            ray.shutdown()  # disconnects; the cluster goes on


def _init(head: str, storage: str) -> None:
    job: dict[str, Any] = json.loads(os.environ.get(JOB) or "{}").get("runtime_env", {})
    environment: dict[str, Any] = {"env_vars": variables(storage, job.get("env_vars", ()))}
    if not job.get("working_dir") and not job.get("py_modules"):  # Ray refuses two of either
        environment |= {"py_modules": code(), "excludes": list(LEFT_OUT)}
    own = seen_from(head)  # else it would be the loopback interface's, as in clusters of our own
    try:
        ray.init(
            address=head,
            _node_ip_address=own,
            runtime_env=environment,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
        )
    except Exception as error:
        raise Misuse(f"the Ray cluster at {head} cannot be joined: {_why(error)}") from error


def _silence() -> None:
    """Let Ray print nothing of what happens on nodes: dozens of lines when one is lost."""
    from benchmarks.engines.ray_internals import worker

    driver: Any = worker.global_worker
    driver.threads_stopped.set()  # of the thread that prints, the only one
    driver.gcs_error_subscriber.close()


def _why(error: Exception) -> str:
    """Return Ray's reason in a line; of versions that differ, both."""
    text = str(error)
    versions = re.findall(r"(Ray|Python): (\S+)", text)
    if "ersion mismatch" in text and len(versions) == 4:
        (_, ray_there), (_, python_there), (_, ray_here), (_, python_here) = versions
        return (
            f"it runs Ray {ray_there} on Python {python_there}, and this is Ray {ray_here} on Python "
            f"{python_here}; install the same here or there"
        )
    if isinstance(error, ConnectionError):
        return (
            "no node of it is on this machine; start one (ray start --address=HOST:PORT), or run this on one "
            "of its nodes"
        )
    if "token" in text.lower():
        return (
            "it asks for a token, which is another or missing here; set RAY_AUTH_TOKEN, or copy the head's "
            "~/.ray/auth_token"
        )
    return f"{type(error).__name__}: {(text.strip().splitlines() or [''])[0]}"
