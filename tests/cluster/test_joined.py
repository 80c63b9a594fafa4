"""Joining a cluster: what addresses mean, what travels there, and what Ray's refusals become."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import ray
from ray import tune
from ray._private.utils import check_version_info

import tunegrid as tg
from benchmarks.engines.cluster.joined import _why, address_of, joined
from benchmarks.engines.cluster.nodes import answers, seen_from
from benchmarks.engines.cluster.shipped_code import code, variables
from benchmarks.suite.misuse import Misuse


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of a server that is no head of Ray's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", ["10.0.0.1:6379", "head.example.org:20001", "[fe80::1]:6379"])
def test_host_and_port_are_an_address(address: str) -> None:
    assert address_of(address) == address


@pytest.mark.parametrize("address", ["", "10.0.0.1", "http://10.0.0.1:8265", "a b:1", "10.0.0.1:port"])
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(Misuse, match="HOST:PORT"):
        address_of(address)


def test_auto_is_the_cluster_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.7:6379")
    assert address_of("auto") == "10.0.0.7:6379"
    assert address_of("10.0.0.1:6379") == "10.0.0.1:6379"


def test_nothing_that_answers_is_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(Misuse, match=f"nothing answers at {address}"), joined(address):
        pass


def test_the_own_address_is_the_one_that_the_head_sees(listening: str) -> None:
    assert answers(listening)
    assert seen_from(listening) == "127.0.0.1"


def test_versions_that_differ_are_one_line_with_both() -> None:
    there = {"ray_version": "2.9.0", "python_version": "3.9.18"}
    with pytest.raises(RuntimeError) as raised:
        check_version_info(there, "10.0.0.1", raise_on_mismatch=True)
    line = _why(raised.value)
    assert "\n" not in line
    assert "Ray 2.9.0 on Python 3.9.18" in line and f"this is Ray {ray.__version__}" in line


def test_an_object_of_this_process_is_refused() -> None:
    def train(config: dict[str, float]) -> None:
        tune.report({"loss": config["x"]})

    with pytest.raises(tg.Misuse, match="is an object of this process, which does not travel"):
        tg.run(
            trainables=train,
            space={"x": tune.uniform(0, 1)},
            metric="loss",
            mode="min",
            searchers="random",
            schedulers="fifo",
            address="10.0.0.1:6379",
            check=False,
        )


def test_all_of_our_packages_travel() -> None:
    names = {path.rpartition("/")[2] for path in code()}
    assert {"benchmarks", "searchers", "schedulers", "results", "tunegrid"} <= names


def test_a_job_keeps_its_variables_and_s3_gets_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    assert "AWS_ACCESS_KEY_ID" not in variables()
    assert variables("s3://bucket/tune")["AWS_ACCESS_KEY_ID"] == "key"
    assert variables()["OMP_NUM_THREADS"] == "1"
    assert "OMP_NUM_THREADS" not in variables(taken=["OMP_NUM_THREADS"])
