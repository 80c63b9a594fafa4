"""Two thousand real experiments in one run: memory, open files, threads and processes stay what they were."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import Place, Running
from conftest import Places
from tally import Tally
from watching import entries

import results

pytestmark = pytest.mark.faults

EXPERIMENTS = 2000
SETTLED = 200  # experiments after which everything has been loaded that ever will be
GROWTH = 0.10
#: Below this a growth is noise: a page cache or a buffer of an allocator, bytes.
NOISE = {"memory": 8 * 2**20, "files": 3, "threads": 3, "processes": 1, "temporary files": 3}
#: Kinds of processes -> a word in their command lines; the first that fits counts.
KINDS = {
    "trial processes": "ray::TrialHost",
    "experiments' processes": "ray::run_",
    "idle workers of Ray": "ray::IDLE",
    "Ray's own": "/ray/",
    "driver": "benchmarks.run",
}
#: Between two experiments a process of theirs is an idle worker, and Ray keeps one ready for each CPU, which
#: it starts and ends as it likes: of these kinds the number is limited, and what each at work holds compared.
BUSY, IDLE = "experiments' processes", "idle workers of Ray"
AT_MOST = {BUSY: 2, IDLE: 2}


@dataclass(frozen=True)
class Sample:
    """What a run holds after so many experiments, by kind of process and what it is."""

    experiments: int
    held: dict[tuple[str, str], float]


def sample(place: Place, experiments: int) -> Sample:
    """Measure all processes of a run, and its temporary files."""
    held: dict[tuple[str, str], float] = {}
    for process in place.processes():
        kind = next((kind for kind, word in KINDS.items() if word in process.line), "others")
        numbers = {
            "memory": process.resident,
            "files": process.files,
            "threads": process.threads,
            "processes": 1,
        }
        for what, number in numbers.items():
            held[kind, what] = held.get((kind, what), 0.0) + number
    for what in ("memory", "files", "threads"):
        if (BUSY, what) in held:
            held[BUSY, what] /= held[BUSY, "processes"]
    below = [names for path, _, names in os.walk(place.temporary) if "/logs" not in path]
    held["disk", "temporary files"] = sum(map(len, below))
    return Sample(experiments, held)


def watched(place: Place, running: Running, every_s: float) -> list[Sample]:
    """Sample a run until it ends."""
    samples = []
    folder = place.runs / "long"
    while running.process.poll() is None:
        time.sleep(every_s)
        stored = sum(line.startswith("[") for line in running.out.read_text(errors="replace").splitlines())
        if folder.exists() and running.process.poll() is None:
            samples.append(sample(place, stored))
    return samples


def typical(samples: list[Sample], kind: tuple[str, str]) -> float:
    """Return the median of what the samples hold."""
    numbers = sorted(one.held.get(kind, 0.0) for one in samples)
    return numbers[len(numbers) // 2]


def test_two_thousand_experiments_take_no_more_than_two_hundred(
    places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    wanted, settled = share(EXPERIMENTS), share(SETTLED)
    place = places("long")
    running = place.start(
        *("--trainables", "brief", "--searchers", "random", "--schedulers", "fifo", "--trials", "1"),
        *("--epochs", "1", "--workers", "1", "--jobs", "2", "--num-cpus", "2", "--no-figures"),
        *("--repetitions", str(wanted)),
        name="long",
    )
    samples = watched(place, running, every_s=0.5)
    ended, left = running.wait(), place.left()
    assert ended.code == 0, ended.said
    rows = results.load(place.runs / "long").experiments
    steady = [one for one in samples if one.experiments >= settled]
    early = [one for one in steady if one.experiments < settled + wanted * 0.15]
    late = [one for one in steady if wanted * 0.85 < one.experiments < wanted]  # not while it shuts down
    assert early and late, [one.experiments for one in samples]
    grown = {}
    for kind in sorted({kind for one in steady for kind in one.held}):
        before, after = typical(early, kind), typical(late, kind)
        most = max(before * (1 + GROWTH), before + NOISE[kind[1]])
        if kind[0] in AT_MOST:
            most = AT_MOST[kind[0]] if kind[1] == "processes" else math.inf if kind[0] == IDLE else most
        if after > most:
            grown[kind] = f"{before:.0f} -> {after:.0f}"
        unit, name = (2**20, "memory, MB") if kind[1] == "memory" else (1, kind[1])
        tally.add(
            "long",
            f"{kind[0]}: {name}" + " each" * (kind[0] == BUSY and kind[1] != "processes"),
            after_a_tenth=round(before / unit),
            at_the_end=round(after / unit),
            grew_by_more_than_a_tenth=kind in grown,
        )
    tally.add(
        "long",
        "the run",
        experiments=len(rows),
        lost=wanted - int((rows["status"] == "ok").sum()),
        leftover_processes=len(left.processes),
        leftover_files=len(left.files) + len(left.memory),
    )
    assert len(rows) == wanted and set(rows["status"]) == {"ok"}
    assert not grown, grown
    assert not left, left
    assert not entries(Path(place.temporary))
