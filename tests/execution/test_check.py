"""The check of a trainable: its answer to each mistake, before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import own_files
from helpers.own_files import write

from benchmarks.execution.check import check
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TRAINABLES

FILE = """
    import os
    import tempfile
    import time

    import numpy as np
    from ray import tune

    SPACE = {"lr": tune.loguniform(1e-5, 1.0)}
    rng = np.random.default_rng()

    def every(value, epochs=9, **more):
        for epoch in range(epochs):
            tune.report({"loss": value(epoch)}, **more)

    def good(config):
        every(lambda epoch: config["lr"] + np.random.rand())

    def silent(config):
        pass

    def misnamed(config):
        for epoch in range(9):
            tune.report({"los": 1.0})

    def text(config):
        every(lambda epoch: "low")

    def diverges(config):
        every(lambda epoch: float("nan"))

    def sometimes_diverges(config):
        every(lambda epoch: float("nan") if config["lr"] > 0.01 else 1.0)

    def unseeded(config):
        every(lambda epoch: rng.random())

    def wrong_key(config):
        {}["width"]

    def ends(config):
        os._exit(3)

    def waits_long(config):
        time.sleep(100)

    def saves(config):
        for epoch in range(9):
            with tempfile.TemporaryDirectory() as folder:
                tune.report({"loss": float(epoch)}, checkpoint=tune.Checkpoint.from_directory(folder))

    class Plain(tune.Trainable):
        def setup(self, config):
            self.epoch = 0

        def step(self):
            self.epoch += 1
            return {"loss": 1.0 / self.epoch}

    class Saving(Plain):
        def save_checkpoint(self, folder):
            return {"epoch": self.epoch}

        def load_checkpoint(self, saved):
            self.epoch = saved["epoch"]

        def reset_config(self, config):
            return True

    class Misloading(Saving):
        def load_checkpoint(self, saved):
            self.epoch = saved["epok"]

    class Forgetting(Saving):
        def load_checkpoint(self, saved):
            pass
"""
pytestmark = pytest.mark.slow  # a process each
SCHEDULERS = ("asha", "hyperband", "sha")
LINE_OF_RAISES = 1 + next(n for n, line in enumerate(FILE.splitlines()) if '{}["width"]' in line)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    own_files.forget_after(monkeypatch)


def checked(folder: Path, name: str, patience: float = 60.0) -> list[str]:
    file = write(folder, "mine.py", FILE)
    TRAINABLES.select([f"{file}:{name}[metric=loss,mode=min,space=SPACE]"])
    lines = check(name, [Experiment(name, "random", each) for each in SCHEDULERS], None, patience)
    assert all(line.startswith(f"check of {name}: ") and len(line.splitlines()) == 1 for line in lines)
    return lines


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("good", ["saves no checkpoints, which costs hyperband, sha"]),
        (
            "unseeded",
            ["NOT SEEDED: one configuration, trained twice, reports another loss", "no checkpoints"],
        ),
        ("saves", ["[checkpoints=true] lets it run with hyperband, sha"]),
        ("sometimes_diverges", ["loss is not finite with {'lr': 0.01", "no checkpoints"]),
        ("Plain", ["saves no checkpoints, which costs hyperband, sha"]),
        ("Saving", []),
        ("Forgetting", ["after a rest it trains on otherwise than without one, which makes hyperband, sha"]),
    ],
)
def test_what_costs_something_is_a_note(tmp_path: Path, name: str, notes: list[str]) -> None:
    first, *others = checked(tmp_path, name)
    assert "an epoch takes " in first and "the first reports loss " in first
    assert len(others) == len(notes)
    assert all(note in line for note, line in zip(notes, others, strict=True))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("silent", "ends without a report; let it call tune.report({'loss': ...}) after each epoch"),
        ("misnamed", "reports no 'loss'; did you mean 'los'?"),
        ("text", "loss is low; expected a number"),
        ("diverges", "loss is nan after the first epoch, with {'lr': "),
        ("wrong_key", f"its first epoch raised KeyError: 'width' at mine.py:{LINE_OF_RAISES}"),
        ("ends", "it ended its process with code 3"),
        ("Misloading", "going on from its checkpoint raised KeyError: 'epok' at mine.py:"),
    ],
)
def test_what_nothing_can_come_of_is_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(Misuse) as refused:
        checked(tmp_path, name)
    assert why in str(refused.value) and len(str(refused.value).splitlines()) == 1


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="not done after 6 s; raise --timeout, or add --no-check"):
        checked(tmp_path, "waits_long", patience=6)
