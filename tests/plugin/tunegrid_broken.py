"""Parts that are broken where they are built, asked or loaded; named in TUNEGRID_PLUGINS, hidden in lists."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ray import tune

from benchmarks.curves.model import Place
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import scheduler, searcher, trainable
from benchmarks.trainables._simulated import Simulated
from tunegrid_curves import Curves


def space() -> dict[str, Any]:
    return {"x": tune.uniform(0.0, 1.0)}


def raises() -> Any:
    raise RuntimeError("planted fault")


def exits() -> Any:
    sys.exit(3)


def hangs() -> Any:
    time.sleep(10_000)


FAULTS: dict[str, Callable[[], Any]] = {"raises": raises, "exits": exits, "hangs": hangs, "aborts": os.abort}


def task(name: str, **fields: Any) -> None:
    """Register a trainable on made-up curves, with some fields of its own."""
    offers = {"space": space, "curves": Curves, "metric": "score", "mode": "max", "chance": False}
    kind = type(name, (Simulated,), {"curves": Curves, "__module__": __name__})
    trainable(name, "broken", hidden=True, **offers | fields)(kind)


def parts(name: str, fault: Callable[[], Any]) -> None:
    """Register a part of each kind that has one fault."""

    def build(setup: Any) -> Any:
        return fault()

    def curves(place: Place) -> Any:
        return fault()

    def load(data: str, train_size: int, data_dir: str | None) -> Any:
        return fault()

    searcher(f"search-{name}", "broken", hidden=True)(build)
    scheduler(f"schedule-{name}", "broken", hidden=True)(build)
    task(f"curves-{name}", curves=curves)
    if fault is not os.abort:  # this is asked in the driver's own process
        task(f"load-{name}", load=load)


for fault_name, planted in FAULTS.items():
    parts(fault_name, planted)


def unsent(data: str, train_size: int, data_dir: str | None) -> Any:
    """Load what can be sent to no process."""
    return {"lock": Lock()}


class Lock:
    """Looks like an array, as far as a checksum goes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def tobytes(self) -> bytes:
        return b""


task("load-unsent", load=unsent)
task("table-missing", curves=Recorded("nowhere/table", space))


class Chatty(Curves):
    """Prints more than a pipe holds."""

    def misbehave(self) -> None:
        print("x" * 100_000)


task("chatty", curves=Chatty)


class Parent(Curves):
    """Leaves a process behind, which holds on to whatever it has inherited."""

    def misbehave(self) -> None:
        if os.fork() == 0:
            time.sleep(10_000)
        os.abort()


task("parent", curves=Parent)
