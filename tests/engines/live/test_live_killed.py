"""Runs on the engine ``live`` that are killed at random: no finished curve is lost, none made twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers import proofs
from helpers.commandline import CommandLine, Finished, wait_until

import results
from benchmarks.curves.live.store import CurveStore
from results.store.store import Store
from scripts.measure_live_equality import cells, unlike

pytestmark = pytest.mark.slow

KILLS = 20 if proofs.asked() else 4
TRIALS, EPOCHS, REPETITIONS = 4, 4, 3
GRID = [
    *("--trainables", "counted", "counted-function", "--searchers", "random", "--schedulers", "fifo", "asha"),
    *("--trials", str(TRIALS), "--epochs", str(EPOCHS), "--repetitions", str(REPETITIONS)),
    *("--workers", "1", "--num-cpus", "2", "--engine", "live", "--no-figures"),
]
CURVES = 2 * TRIALS * REPETITIONS


@dataclass
class Place:
    """A folder of runs, and the file in which their trainings are counted."""

    line: CommandLine
    log: Path

    def start(self, *options: str, name: str) -> subprocess.Popen[str]:
        own = ["env", f"COUNTED_EPOCHS={self.log}", "TUNEGRID_PLUGINS=tunegrid_counted"]
        return self.line.popen([*own, *self.line.arguments(*options, name=name)])

    def run(self, *options: str, name: str) -> Finished:
        return self.line.finish(self.start(*options, name=name), name)

    def trained(self) -> list[tuple[float, int]]:
        """Return what was trained so far: configurations, by their x, and epochs."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(x, epoch) for x, epoch in map(json.loads, lines)]

    def processes(self) -> list[str]:
        return self.line.processes() + self.line.virtual_processes()

    def ended(self) -> None:
        """Fail unless all processes of what was started here end."""
        wait_until(lambda: not self.processes(), f"the processes end: {self.processes()}", 60)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    line = CommandLine(tmp_path)
    yield Place(line, tmp_path / "trained.txt")
    line.close()


def finished_curves(folder: Path) -> set[float]:
    """Return the curves in a store that have all their epochs, by x."""
    store = CurveStore(folder)
    finished = {
        json.loads(head.config)["x"]
        for key, head in store.heads().items()
        if len(store.epochs(key)) == EPOCHS
    }
    store.close()
    return finished


@dataclass
class Story:
    """What became of a run that was killed."""

    kills: int = 0
    finished: list[tuple[int, set[float]]] = field(default_factory=list)  # after so many epochs, these curves


def tell(place: Place, chance: random.Random, seconds: float) -> Story:
    """Kill a run again and again, and resume it each time, then let it end."""
    story, folder = Story(), place.line.out / "killed"
    for _ in range(KILLS):
        started = (folder / "run.toml").exists()
        process = place.start(*(["--resume", "--no-figures"] if started else GRID), name="killed")
        before = len(place.trained())
        if chance.random() < 0.7:  # while it trains; else anywhen
            wait_until(lambda: len(place.trained()) > before or process.poll() is not None, "it trains", 120)  # noqa: B023 - called here
        time.sleep(seconds * chance.random())
        over = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        place.line.finish(process, "killed")
        place.ended()
        if over:
            break
        story.kills += 1
        if (folder / "curves").exists():
            story.finished.append((len(place.trained()), finished_curves(folder / "curves")))
    return story


def test_killed_runs_train_no_finished_curve_twice_and_lose_none(place: Place) -> None:
    began = time.monotonic()
    whole = place.run(*GRID, name="whole")
    assert whole.code == 0, whole.err
    undisturbed = place.trained()
    assert len(set(undisturbed)) == CURVES * EPOCHS
    place.log.unlink()

    story = tell(place, random.Random(1), min(4.0, (time.monotonic() - began) / KILLS))
    ended = place.run("--resume", "--no-figures", name="killed")
    assert ended.code == 0, ended.out + ended.err
    assert story.kills > 0

    trained = place.trained()
    for count, curves in story.finished:
        assert not curves & {x for x, _ in trained[count:]}, "a finished curve was trained once more"
    assert set(trained) == set(undisturbed)
    assert finished_curves(ended.folder / "curves") == {x for x, _ in undisturbed}
    one, other = cells(whole.tables), cells(results.load(ended.folder))
    assert one.keys() == other.keys() and len(one) == 4 * REPETITIONS
    assert [unlike(one, other, name, ordered=True) for name in one] == [""] * len(one)


def trainers(place: Place) -> list[int]:
    """Return the ids of the trainers' processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line, environment = ((folder / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:  # it has ended
            continue
        if line.startswith(b"ray::Trainer") and f"TMPDIR={place.line.temporary}".encode() in environment:
            found.append(int(folder.name))
    return found


def test_killed_trainer_is_a_failure_that_is_not_stored(place: Place) -> None:
    curves = place.line.out / "shared"
    options = [
        *GRID[1:2],
        "--searchers",
        "random",
        "--schedulers",
        "fifo",
        "asha",
        *GRID[8:],
        "--curves",
        str(curves),
    ]
    process = place.start("--trainables", *options, name="first")
    wait_until(lambda: len(place.trained()) > 3, "it trains", 120)
    os.kill(trainers(place)[0], signal.SIGKILL)
    first = place.line.finish(process, "first")
    assert first.code == 0, first.out + first.err
    failed = first.tables.trials[first.tables.trials["status"] == "failed"]
    assert 1 <= failed["config"].nunique() <= 2 and failed["reason"].str.contains("its process died").all()
    place.ended()

    before = len(place.trained())
    second = place.run("--trainables", *options, name="second")
    assert second.code == 0, second.out + second.err
    assert (second.tables.trials["status"] == "ok").all()
    lost = {json.loads(config)["x"] for config in failed["config"]}
    assert {x for x, _ in place.trained()[before:]} == lost
    store = Store(second.folder)
    assert not any(store.read("trials")["reason"].to_pylist())


def test_every_distinct_epoch_is_trained_once(place: Place) -> None:
    ended = place.run(*GRID, name="once")
    assert ended.code == 0, ended.err
    counted = Counter(place.trained())
    assert len(counted) == CURVES * EPOCHS
    again = {what: count for what, count in counted.items() if count > 1}
    # The first epoch of a sample is repeated, to see whether trainings are deterministic.
    assert all(epoch == 1 and count == 2 for (_, epoch), count in again.items()), again
    assert len(again) <= 2 * 3
    assert ended.experiments["differs"].isin(["", None]).all()
