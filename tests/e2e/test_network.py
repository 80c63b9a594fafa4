"""No network: while a cluster runs, nobody on another machine can reach any process of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.engines.common.outcome import Outcome

LISTEN = "0A"  # the state in /proc/net/tcp

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's /proc/net")


def own_tree() -> set[int]:
    """Return this process and all its descendants."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(folder.name)] = int(after_name[1])
    tree = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return tree


def sockets_of(processes: set[int]) -> set[str]:
    """Return the inodes of the sockets that these processes hold."""
    inodes = set()
    for process in processes:
        try:
            for descriptor in Path(f"/proc/{process}/fd").iterdir():
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[len("socket:[") : -1])
        except OSError:  # the process or its descriptor has gone meanwhile
            continue
    return inodes


def listening(inodes: set[str]) -> set[str]:
    """Return the addresses on which these sockets listen, as /proc/net writes them."""
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN and fields[9] in inodes:
                addresses.add(fields[1].rpartition(":")[0])
    return addresses


def is_loopback(address: str) -> bool:
    """Tell whether an address is local; /proc/net writes it in words of four bytes, the last byte first."""
    words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
    raw = b"".join(words)
    mapped = raw.removeprefix(b"\0" * 10 + b"\xff\xff")  # IPv4 in IPv6
    return mapped[0] == 127 if len(mapped) == 4 else raw == b"\0" * 15 + b"\1"


def test_a_running_cluster_listens_on_loopback_only(experiment: Callable[..., Outcome]) -> None:
    assert experiment("free", "random", "fifo", trials=2, epochs=2).status == "ok"
    addresses = listening(sockets_of(own_tree()))
    assert addresses, "Ray listens somewhere; if nothing is found, this looks in the wrong place"
    assert [address for address in addresses if not is_loopback(address)] == []


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("0.0.0.0", False), ("::1", True), ("::", False)]
)
def test_a_socket_that_is_open_to_others_would_be_found(host: str, local: bool) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, 0), family=family)
    except OSError as error:
        pytest.skip(f"this machine has no {host}: {error}")
    with opened:
        [address] = listening({str(os.fstat(opened.fileno()).st_ino)})
        assert {str(os.fstat(opened.fileno()).st_ino)} <= sockets_of({os.getpid()})
        assert is_loopback(address) == local
