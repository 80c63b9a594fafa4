"""A Ray cluster of isolated nodes on this machine: they share a network, and nothing else.

Each node is a process tree with an address, a /tmp, a /dev/shm and a HOME of its own, in which the checkout
is an empty folder, so that our code must travel.  It needs root, ``ip`` and ``unshare``, and no Docker.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpers.commandline import wait_until

ROOT = Path(__file__).parents[2]
PORT = 6379
#: What a node may take of this machine's memory for objects.
OBJECT_STORE_BYTES = 150_000_000
#: Ray ends processes when a machine's memory runs low, whichever cluster they are of.
ENVIRONMENT = {
    "RAY_memory_monitor_refresh_ms": "0",
    "RAY_DISABLE_MEMORY_MONITOR": "1",
    "RAY_AUTH_MODE": "disabled",
}
_COUNT = """
import ray
ray.init("HEAD", logging_level=50, log_to_driver=False)
print(sum(node["Alive"] for node in ray.nodes()), ray.available_resources().get("CPU", 0.0))
"""

_ENTER = """
set -e
mount --make-rprivate /
mkdir -p "$FOLDER/tmp/python" "$FOLDER/tmp/home" "$FOLDER/tmp/shm" "$FOLDER/tmp/work" "$FOLDER/tmp/checkout"
mount --bind "$PREFIX" "$FOLDER/tmp/python"
if [ "$CODE" = yes ]; then mount --bind "$CHECKOUT" "$FOLDER/tmp/checkout"; fi
if [ -n "$SHARED" ]; then mkdir -p "$FOLDER/tmp/shared"; mount --bind "$SHARED" "$FOLDER/tmp/shared"; fi
mount --rbind "$FOLDER/tmp" /tmp
mkdir -p /tmp/empty
if [ "$CODE" != yes ]; then mount --bind /tmp/empty "$CHECKOUT"; fi
mount --bind /tmp/shm /dev/shm
export HOME=/tmp/home TMPDIR=/tmp PATH=/tmp/python/bin:/usr/sbin:/usr/bin:/sbin:/bin
cd /tmp/work
exec "$@"
"""


def why_not() -> str:
    """Return why there can be no isolated nodes here; "" if there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "isolated nodes need root on Linux"
    for program in ("ip", "unshare", "mount"):
        if shutil.which(program) is None:
            return f"isolated nodes need the program {program} (packages iproute2 and util-linux)"
    name = f"tgtry{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"isolated nodes need network namespaces: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class IsolatedNodes:
    """Nodes 1 to ``count``, of which the first can be the head.

    Args:
        folder: for what they write.
        count: of nodes that may be started.
        shared: a folder that all of them see as /tmp/shared.
    """

    def __init__(self, folder: Path, count: int, shared: Path | None = None) -> None:
        self.folder, self._shared = folder, shared
        self._name = f"tg{os.getpid() % 10_000}"
        self._started: list[subprocess.Popen[bytes]] = []
        self._count = count

    def make_network(self) -> None:
        """Make a switch, and a network namespace for each node."""
        switch = f"{self._name}s"
        _ip("netns", "add", switch)
        _ip("-n", switch, "link", "add", "br0", "type", "bridge")
        _ip("-n", switch, "link", "set", "br0", "up")
        for number in range(1, self._count + 1):
            space, end = self._space(number), f"v{number}"
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
            _ip("-n", switch, *f"link add {end} type veth peer name eth0 netns {space}".split())
            _ip("-n", switch, "link", "set", end, "master", "br0")
            _ip("-n", switch, "link", "set", end, "up")
            _ip("-n", space, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")

    def close(self) -> None:
        """End all processes of all nodes, and take the network away."""
        for number in range(1, self._count + 1):
            self.end(number)
            _ip("netns", "del", self._space(number), check=False)
        _ip("netns", "del", f"{self._name}s", check=False)
        for process in self._started:
            process.wait(30)

    def address(self, number: int) -> str:
        return f"10.77.{os.getpid() % 200}.{number}"

    @property
    def head(self) -> str:
        """The address by which the cluster is joined."""
        return f"{self.address(1)}:{PORT}"

    def start(self, number: int, cpus: int) -> None:
        """Start a node with this many CPUs; the first is the head."""
        where = ["--head", f"--port={PORT}", "--include-dashboard=false"]
        where = where if number == 1 else [f"--address={self.head}"]
        self._started.append(
            self.popen(
                number,
                *("python", "-m", "ray.scripts.scripts", "start", *where),
                *(f"--node-ip-address={self.address(number)}", f"--num-cpus={cpus}", "--num-gpus=0"),
                *(f"--object-store-memory={OBJECT_STORE_BYTES}", "--disable-usage-stats", "--block"),
                log=f"node-{number}",
            )
        )

    def popen(
        self,
        number: int,
        *command: str,
        log: str,
        code: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a command on a node; what it prints is in ``log`` of the folder.

        Args:
            code: it sees the checkout, as /tmp/checkout.
        """
        folder = self.folder / f"node-{number}"
        folder.mkdir(exist_ok=True)
        ours = re.compile("PYTHONPATH|RAY_|TUNEGRID_|TUNE_")  # what our own packages have set here
        variables = {name: value for name, value in os.environ.items() if not ours.match(name)}
        variables |= ENVIRONMENT | {
            "FOLDER": str(folder),
            "PREFIX": sys.prefix,
            "CHECKOUT": str(ROOT),
            "CODE": "yes" if code else "no",
            "SHARED": str(self._shared or ""),
            **({"PYTHONPATH": "/tmp/checkout"} if code else {}),
            **(environment or {}),
        }
        inside = ["ip", "netns", "exec", self._space(number), "unshare", "--mount"]
        with (self.folder / f"{log}.log").open("ab") as file:
            return subprocess.Popen(
                [*inside, "bash", "-c", _ENTER, "node", *command],
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(
        self,
        number: int,
        *command: str,
        log: str,
        timeout: float = 600.0,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Run a command with our code on a node; return its exit code and what it printed."""
        process = self.popen(number, *command, log=log, code=True, environment=environment)
        try:
            code = process.wait(timeout)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        return code, self.said(log)

    def said(self, log: str) -> str:
        path = self.folder / f"{log}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def files(self, number: int) -> Path:
        """Return the folder that a node sees as /tmp."""
        return self.folder / f"node-{number}" / "tmp"

    def end(self, number: int) -> None:
        """Kill all processes of a node."""
        for pid in self._pids(number):
            _kill(pid)

    def kill(self, number: int, program: str) -> None:
        """Kill a program on a node: ``raylet``, without which it is lost, or ``gcs_server`` of the head."""
        for pid in self._pids(number):
            if Path(f"/proc/{pid}/comm").read_text().strip() == program:
                _kill(pid)

    def drain(self, number: int) -> None:
        """Tell the cluster that a node ends soon, as a cloud does of a spot machine."""
        program = (
            f"import ray; ray.init('{self.head}', logging_level=50, log_to_driver=False); "
            f"print([n['NodeID'] for n in ray.nodes() if n['NodeManagerAddress'] == '{self.address(number)}' "
            "and n['Alive']][0])"
        )
        _, said = self.run(1, "python", "-c", program, log=f"id-{time.monotonic_ns()}")
        words = ["--reason", "DRAIN_NODE_REASON_PREEMPTION", "--reason-message", "a test"]
        words += ["--deadline-remaining-seconds", "300", "--node-id", said.split()[-1]]
        drain = ["python", "-m", "ray.scripts.scripts", "drain-node", "--address", self.head]
        code, said = self.run(1, *drain, *words, log=f"drain-{time.monotonic_ns()}")
        if code:
            raise RuntimeError(said)

    def living(self) -> list[int]:
        """Return the numbers of the nodes that live."""
        return [
            number
            for number in range(1, self._count + 1)
            if "raylet" in [Path(f"/proc/{pid}/comm").read_text().strip() for pid in self._pids(number)]
        ]

    def wait_for(self, nodes: int, seconds: float = 90.0) -> None:
        """Wait until the cluster has this many living nodes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.count()[0] == nodes:
                return
            time.sleep(1)
        raise TimeoutError(f"the cluster has not {nodes} nodes, but {self.count()}")

    def count(self) -> tuple[int, float]:
        """Return how many nodes live, and how many of their CPUs are free; zeros while there is no head."""
        log = f"count-{time.monotonic_ns()}"
        code, said = self.run(1, "python", "-c", _COUNT.replace("HEAD", self.head), log=log)
        words = said.split()[-2:]
        return (int(words[0]), float(words[1])) if code == 0 else (0, 0.0)

    def _space(self, number: int) -> str:
        return f"{self._name}n{number}"

    def _pids(self, number: int) -> list[int]:
        listed = _ip("netns", "pids", self._space(number), check=False)
        return [int(pid) for pid in listed.split()]


@contextmanager
def isolated_nodes(
    folder: Path, cpus: Sequence[int], spare: int = 0, shared: Path | None = None
) -> Iterator[IsolatedNodes]:
    """Yield a cluster whose nodes have these CPUs, the head first; ``spare`` more may be started later."""
    nodes = IsolatedNodes(folder, len(cpus) + spare, shared)
    try:
        nodes.make_network()
        for number, count in enumerate(cpus, 1):
            nodes.start(number, count)
            if number == 1:
                wait_until(lambda: "Ray runtime started" in nodes.said("node-1"), "the head")
        nodes.wait_for(len(cpus))
        yield nodes
    finally:
        nodes.close()


def _ip(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
