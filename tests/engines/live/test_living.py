"""Trainings that live in one process: as Tune makes them, each with its folder, its session and its fate."""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray import tune

from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.engines.live import trainer
from benchmarks.engines.live.trainer import MOST_LIVING, Trainer, TrainingReport, TrainingTask
from benchmarks.suite.registry import TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.training.reports import reporting
from benchmarks.training.trained import as_tune_takes_it

SUBJECT = Subject("mine", "content", "cpu", 0.0, 0)


def note(epoch: int) -> None:
    """Write an epoch into a file of the working folder."""
    with Path("epochs.txt").open("a") as file:
        print(epoch, file=file)


class Learner(tune.Trainable):
    """Adds up what it draws; leaves a file in its folder every epoch."""

    def setup(self, config: dict[str, Any]) -> None:
        self.learned, self.epoch = 0.0, 0

    def step(self) -> dict[str, Any]:
        self.epoch += 1
        note(self.epoch)
        self.learned += self.config["lr"] * float(np.random.random())  # noqa: NPY002 - as a user draws
        return {"score": self.learned, "files": len(Path("epochs.txt").read_text().split())}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:  # type: ignore[override]
        return {"learned": self.learned, "epoch": self.epoch}

    def load_checkpoint(self, checkpoint: Any) -> None:
        self.learned, self.epoch = checkpoint["learned"], checkpoint["epoch"]


def function(config: dict[str, Any]) -> None:
    """Do the same as a function."""
    learned, first = 0.0, 0
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as folder:
            first, learned = json.loads(Path(folder, "state.json").read_text())
    for epoch in range(first + 1, config.get("epochs", 99) + 1):
        note(epoch)
        learned += config["lr"] * float(np.random.random())  # noqa: NPY002
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "state.json").write_text(json.dumps([epoch, learned]))
            files = len(Path("epochs.txt").read_text().split())
            tune.report({"score": learned, "files": files}, checkpoint=tune.Checkpoint.from_directory(folder))


def made(target: Any) -> type[Any]:
    """Return what a trainer is given of a user's class or function."""
    spec = TrainableSpec(
        "mine",
        "a user's",
        target=target,
        space=lambda: {"lr": tune.uniform(0, 1)},
        metric="score",
        mode="max",
        checkpoints=not isinstance(target, type),
    )
    bound: type[Any] = reporting(as_tune_takes_it(spec, Session("mine", 0, "cpu", {}, "")))
    return bound


class Lab:
    """A trainer, and the trainables that it is given."""

    def __init__(self, folder: Path) -> None:
        self.trainer, self.folder = Trainer(), folder

    def train(
        self, target: Any, number: int, epoch: int, saved: Path | None = None, **rest: Any
    ) -> TrainingReport:
        """Train an epoch of configuration ``number`` from the checkpoint ``saved``, and save one."""
        save_to = self.folder / f"{number}-{epoch}-{len(list(self.folder.iterdir()))}"
        save_to.mkdir()
        curve = Curve(SUBJECT, {"lr": 0.1 * (number + 1)} | rest)
        task = TrainingTask(curve, epoch, epoch - 1 if saved else 0, str(saved or ""), str(save_to))
        self.saved = save_to
        return self.trainer.train(made(target), {"CPU": 1.0}, task, True)

    def scores(self, target: Any, number: int, epochs: int) -> list[float]:
        return [self.train(target, number, epoch).epoch.report["score"] for epoch in range(1, epochs + 1)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    before = Path.cwd()
    opened = Lab(tmp_path)
    yield opened
    opened.trainer.stop()
    os.chdir(before)


both = pytest.mark.parametrize("target", [Learner, function])


@both
def test_two_trainings_alive_in_one_process_do_not_touch_each_other(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory, target: Any
) -> None:
    alone = []
    for number in (0, 1):
        other = Lab(tmp_path_factory.mktemp("alone"))
        alone.append(other.scores(target, number, 4))
        other.trainer.stop()
    mixed: list[list[float]] = [[], []]
    for epoch in range(1, 5):
        for number in (0, 1):
            report = lab.train(target, number, epoch)
            mixed[number].append(report.epoch.report["score"])
            assert report.epoch.report["files"] == epoch  # its own folder
            assert report.saved and report.again == 0 and not report.ended
    assert mixed == alone


@both
def test_training_goes_on_from_a_checkpoint_in_another_process_as_if_it_had_never_stopped(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory, target: Any
) -> None:
    whole = lab.scores(target, 0, 2)
    saved = lab.saved
    whole.append(lab.train(target, 0, 3).epoch.report["score"])
    other = Lab(tmp_path_factory.mktemp("other"))
    report = other.train(target, 0, 3, saved)
    other.trainer.stop()
    assert report.epoch.report["score"] == whole[2] and report.again == 0


@both
def test_epoch_without_a_checkpoint_before_it_is_trained_from_the_start_and_counted(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory, target: Any
) -> None:
    whole = lab.scores(target, 0, 4)
    other = Lab(tmp_path_factory.mktemp("other"))
    report = other.train(target, 0, 4)
    other.trainer.stop()
    assert (report.epoch.report["score"], report.again) == (whole[3], 3)


@both
def test_branch_goes_on_from_its_parents_checkpoint_with_its_own_configuration(lab: Lab, target: Any) -> None:
    lab.scores(target, 0, 2)
    parents = lab.saved
    branch = lab.train(target, 1, 3, parents).epoch.report
    again = lab.train(target, 1, 3, parents).epoch.report
    assert branch["score"] == again["score"]
    assert branch["score"] != lab.train(target, 0, 3).epoch.report["score"]


def test_function_that_returns_says_so(lab: Lab) -> None:
    reports = [lab.train(function, 0, epoch, epochs=2).epoch for epoch in (1, 2, 3)]
    assert [report.failure for report in reports] == ["", "", ""]
    assert "__duplicate__" not in reports[1].report and reports[2].report["__duplicate__"]


class Raises(Learner):
    """Fails at its second epoch, in the way that the configuration says."""

    def step(self) -> dict[str, Any]:
        if self.epoch == 1 and "error" in self.config:
            if self.config["error"] == "exit":
                sys.exit("enough")
            raise {"value": ValueError, "interrupt": KeyboardInterrupt}[self.config["error"]]("no\nmore")
        return super().step()


@pytest.mark.parametrize("error", ["value", "exit", "interrupt"])
def test_whatever_is_raised_ends_this_curve_and_no_other(lab: Lab, error: str) -> None:
    lab.train(Raises, 0, 1, error=error)
    lab.train(Raises, 1, 1)
    failed = lab.train(Raises, 0, 2, error=error)
    assert failed.epoch.failure and "\n" not in failed.epoch.failure and failed.epoch.report == {}
    assert (failed.epoch.epoch, failed.saved, failed.ended) == (2, False, (next(iter(failed.ended)),))
    assert lab.train(Raises, 1, 2).epoch.failure == ""


class RaisesInSetup(Learner):
    def setup(self, config: dict[str, Any]) -> None:
        raise MemoryError("too large")


def test_failing_set_up_is_the_failure_of_the_first_epoch_and_leaves_no_folder(lab: Lab) -> None:
    failed = lab.train(RaisesInSetup, 0, 1)
    assert "MemoryError" in failed.epoch.failure and "too large" in failed.epoch.failure
    assert lab.train(Learner, 1, 1).epoch.failure == ""


class RaisesInCleanup(Learner):
    def cleanup(self) -> None:
        raise OSError("clean-up")


def test_what_the_clean_up_raises_is_no_ones_failure(lab: Lab) -> None:
    lab.train(RaisesInCleanup, 0, 1)
    lab.trainer.stop()
    assert not lab.trainer.living


def test_no_more_trainings_with_checkpoints_live_than_said(lab: Lab) -> None:
    ended = [lab.train(Learner, number, 1).ended for number in range(MOST_LIVING + 2)]
    assert len(lab.trainer.living) == MOST_LIVING
    assert [len(keys) for keys in ended] == [0] * MOST_LIVING + [1, 1]
    assert lab.train(Learner, 0, 2).again == 1  # it was ended, and begins anew without a checkpoint


class ChangesItsConfiguration(Learner):
    """Writes into the configuration that it was given, as users do."""

    def setup(self, config: dict[str, Any]) -> None:
        super().setup(config)
        config["layers"].append(3)
        self.sizes = len(config["layers"])

    def step(self) -> dict[str, Any]:
        return super().step() | {"sizes": self.sizes}


def test_training_that_changes_its_configuration_changes_no_other(lab: Lab) -> None:
    layers = [1, 2]
    for _ in range(2):
        report = lab.train(ChangesItsConfiguration, 0, 1, layers=layers).epoch.report
        lab.trainer.stop()
        lab.trainer = Trainer()
        assert report["sizes"] == 3 and layers == [1, 2]


class SavesItsAttributes(Learner):
    """Saves all of its attributes, and loads them."""

    def save_checkpoint(self, checkpoint_dir: str) -> None:  # type: ignore[override]
        own = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        Path(checkpoint_dir, "own").write_bytes(pickle.dumps(own))

    def load_checkpoint(self, checkpoint: Any) -> None:
        vars(self).update(pickle.loads(Path(checkpoint, "own").read_bytes()))


def test_trainable_has_no_attributes_but_its_own(lab: Lab) -> None:
    scores = lab.scores(SavesItsAttributes, 0, 2)
    saved = lab.saved
    lab.trainer.stop()
    lab.trainer = Trainer()
    assert lab.train(SavesItsAttributes, 0, 3, saved).epoch.report["score"] > scores[-1]


class SaysHowLong(Learner):
    def step(self) -> dict[str, Any]:
        return super().step() | {"time_this_iter_s": 12.5}


def test_seconds_are_those_that_the_trainable_says_or_that_were_measured(lab: Lab) -> None:
    assert lab.train(SaysHowLong, 0, 1).epoch.seconds == 12.5
    assert 0 <= lab.train(Learner, 1, 1).epoch.seconds < 12.5


@both
def test_epoch_takes_no_longer_than_it_took(lab: Lab, target: Any) -> None:
    for epoch in (1, 2, 3):
        began = time.perf_counter()
        trained = lab.train(target, 0, epoch, epochs=2).epoch
        assert 0 <= trained.seconds <= time.perf_counter() - began


def test_no_more_functions_without_checkpoints_wait_than_said(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "MOST_BLOCKED", 3)
    whole = lab.scores(function, 9, 2)
    for number in range(5):
        task = TrainingTask(Curve(SUBJECT, {"lr": 0.1 * (number + 1)}), 1)
        lab.trainer.train(made(function), {"CPU": 1.0}, task, keeps=False)
    assert len(lab.trainer.living) == 3
    task = TrainingTask(Curve(SUBJECT, {"lr": 0.1 * 10}), 2)
    report = lab.trainer.train(made(function), {"CPU": 1.0}, task, keeps=False)
    assert (report.again, report.epoch.report["score"]) == (1, whole[1])
