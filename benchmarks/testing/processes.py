"""Searches in two processes that share the seed alone.

As a program, ``python -m benchmarks.testing.processes SEED NOISE NAME=TRIALS ...`` prints a line of JSON for
each searcher: its name, what it suggests, and its error if it has one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.core.seeding import canonical
from benchmarks.testing.offline import Offline, drive
from benchmarks.testing.patience import NoEnd, cpu_seconds
from benchmarks.trainables.probe import quality, space

PATIENCE_S = 120.0  # CPU seconds for a dozen trials; the import of a large library is a part of it


@dataclass(frozen=True)
class Answer:
    """The answer of a process for one searcher: its suggestions as JSON, and its error or ""."""

    configs: str
    error: str


def two_processes(trials: Mapping[str, int], seed: int) -> list[dict[str, Answer]]:
    """Return the answers of two simultaneous processes, by name of the searcher.

    They differ in their hash seeds and in the states of their global random generators.

    Args:
        trials: how many suggestions of each searcher.
    """
    counts = [f"{name}={count}" for name, count in trials.items()]
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", __name__, str(seed), noise, *counts],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": noise},
        )
        for noise in ("1", "4711")
    ]
    return [_read(process, trials) for process in running]


def _read(process: subprocess.Popen[str], trials: Mapping[str, int]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for line in process.communicate()[0].splitlines():
        if line.startswith("{"):  # libraries print too
            answer = json.loads(line)
            answers[answer["name"]] = Answer(answer["configs"], answer["error"])
    died = Answer("", f"the process ended with code {process.returncode} before it had an answer")
    return {name: answers.get(name, died) for name in trials}


def main(seed: int, noise: int, *counts: str) -> None:
    """Print what the searchers suggest for ``seed``; the process's own randomness depends on ``noise``."""
    for name, count in (pair.split("=") for pair in counts):
        random.seed(noise)
        np.random.seed(noise)  # noqa: NPY002 - what libraries without a seed of their own draw from
        configs, error = "", ""
        try:
            with cpu_seconds(PATIENCE_S):
                search = Offline(name, space(), trials=int(count), seed=seed)
                configs = canonical(drive(search, objective=quality))
        except (Exception, NoEnd) as failure:  # noqa: BLE001 - one searcher's error is its own test's
            error = f"{type(failure).__name__}: {failure}"
        print(json.dumps({"name": name, "configs": configs, "error": error}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
