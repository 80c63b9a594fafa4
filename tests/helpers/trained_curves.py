"""Trained epochs and curve stores, made up for the tests of the curve store."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.store import CurveStore

TESTS = Path(__file__).parents[1]
NAN = float("nan")


def head(number: int = 0, *, branch: int = 0, parent: str = "") -> CurveHead:
    """Return the head of a curve with its own key."""
    config = json.dumps({"lr": 0.1 * number, "name": "ü"})
    return CurveHead(f"{number:020x}", "5" * 16, number % 3, config, 1.0, parent, branch)


def trained(epoch: int, report: Mapping[str, Any] | None = None, **other: Any) -> TrainedEpoch:
    """Return an epoch; its report tells it from others."""
    said = {"accuracy": epoch / 7, "loss": NAN} if report is None else report
    return TrainedEpoch(epoch, said, 0.25 + epoch, 0.125, other.pop("busy", 0.5), **other)


def failed(epoch: int) -> TrainedEpoch:
    """Return an epoch that failed."""
    return TrainedEpoch(epoch, {}, 1.0, 1.0, 0.5, "ValueError: ü is no number")


def fill(store: CurveStore, curves: int, epochs: int, first: int = 0) -> None:
    """Add some curves, an epoch of each in turn."""
    for epoch in range(1, epochs + 1):
        for number in range(first, first + curves):
            store.add(head(number), trained(epoch))


def bits(value: Any) -> Any:
    """Return what is equal for two values if, and only if, they have the same bits and types."""
    if isinstance(value, float):
        return struct.pack(">d", value)
    if isinstance(value, TrainedEpoch):
        return tuple(bits(vars(value)[name]) for name in vars(value))
    if isinstance(value, Mapping):
        return [(name, bits(inner)) for name, inner in value.items()]
    return [bits(inner) for inner in value] if isinstance(value, list | tuple) else (type(value), value)


def content(store: CurveStore) -> dict[str, Any]:
    """Return the epochs of every curve of a store, bit by bit."""
    return {key: bits(store.epochs(key)) for key in sorted(store.heads()) if store.epochs(key)}


def process(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process that runs this code; its output and input are pipes."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    path = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def files(folder: Path, pattern: str) -> list[str]:
    """Return the names of the files that fit a pattern, sorted."""
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))
