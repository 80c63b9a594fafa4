"""One run that is killed again and again at random moments, resumed each time, and brought to its end."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands import Ended, Place, Running
from stored import Count, committed, count, signatures

from results.store.store import Store

NAME = "killed"
UNDISTURBED = Count(0, 0, 0, 0)
#: A line of a finished experiment, as ``[ 3/24] calm random x fifo cpu #2   ok``.
ANNOUNCED = re.compile(r"^\[ *\d+/\d+\]", re.MULTILINE)


def grid(engine: str, repetitions: int, *, trials: int = 4, jobs: int = 1) -> list[str]:
    """Return the options of a grid of good parts: four combinations, each so many times."""
    return [
        *("--trainables", "calm", "--searchers", "random,grid", "--schedulers", "fifo,asha"),
        *("--engine", engine, "--repetitions", str(repetitions), "--trials", str(trials), "--epochs", "3"),
        *("--workers", "1", "--jobs", str(jobs), "--num-cpus", str(jobs), "--no-figures"),
    ]


@dataclass(frozen=True)
class Reference:
    """A run that nobody interrupted: what it was, what its rows say, and the seconds that it took."""

    options: Sequence[str]
    engine: str
    signatures: dict[str, str]
    start_up: float
    whole: float


def uninterrupted(place: Place, options: Sequence[str]) -> Reference:
    """Run to the end what will be killed."""
    began = time.monotonic()
    running = place.start(*options, name="whole")
    while not ANNOUNCED.search(running.ended().out) and running.process.poll() is None:
        time.sleep(0.05)
    start_up = time.monotonic() - began
    ended = running.wait()
    assert ended.code == 0, ended.said
    whole = time.monotonic() - began
    engine = options[options.index("--engine") + 1]
    return Reference(options, engine, signatures(place.runs / "whole"), start_up, whole)


@dataclass
class Story:
    """What became of one run.

    Attributes:
        kills: how often it was killed.
        changed: committed files that a later command changed or removed.
        repeated: experiments that were announced, were not on disk yet, and so had to run again.
        unresumed: 1 if the last command did not end with exit code 0.
        end: what the run folder then holds.
    """

    kills: int = 0
    changed: int = 0
    repeated: int = 0
    unresumed: int = 0
    end: Count = UNDISTURBED
    said: str = ""


def tell(place: Place, reference: Reference, seed: int, kills: int) -> Story:
    """Kill a run at most this number of times, each at a moment drawn from ``seed``; then let it finish."""
    chance, story, folder = random.Random(seed), Story(), place.runs / NAME
    piece = 1.5 * (reference.whole - reference.start_up) / kills
    for _ in range(kills):
        files, keys = committed(folder), Store(folder).keys()
        running = go_on(place, reference.options)
        # As often while it starts as while it works, wherever the machine's speed puts the border.
        time.sleep(reference.start_up * chance.choice([chance.random(), 1.0]) + piece * chance.random())
        if running.process.poll() is not None:
            break
        running.kill()
        running.process.wait()
        story.kills += 1
        story.changed += sum(committed(folder).get(path) != file for path, file in files.items())
        story.repeated += len(ANNOUNCED.findall(running.ended().out)) - len(Store(folder).keys() - keys)
    finish(place, reference, story)
    return story


def go_on(place: Place, options: Sequence[str], *, name: str = NAME) -> Running:
    """Resume the run, or start it if there is none yet, as a person would."""
    if (place.runs / name / "run.toml").exists():
        return place.start("--resume", "--no-figures", name=name)
    return place.start(*options, name=name)


def finish(place: Place, reference: Reference, story: Story, *, name: str = NAME) -> None:
    """Let the run end, and note in ``story`` what it holds then."""
    files = committed(place.runs / name)
    ended: Ended = go_on(place, reference.options, name=name).wait()
    story.said = ended.said
    story.unresumed = int(ended.code != 0)
    folder: Path = place.runs / name
    story.changed += sum(committed(folder).get(path) != file for path, file in files.items())
    if not story.unresumed:
        story.end = count(folder, reference.signatures)
