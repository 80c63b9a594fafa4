"""Measured constants: what is written beside the trainable, when a run uses it, and what it says if not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import own_files
from helpers.own_files import CURVED, write

from benchmarks.engines.virtual.fork_server import stop_server
from benchmarks.execution.measured_constants import use
from benchmarks.execution.versions import version_of
from benchmarks.measure import main as measure
from benchmarks.run import run as run_command
from benchmarks.suite.constants import expected_best
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.measured import Measured, NotMeasured
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.shipped_constants import ShippedConstants
from results.compare.run import load
from results.compare.scores import score_frame
from results.errors import ResultsError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_files.forget_after(monkeypatch)
    write(tmp_path, "curved.py", CURVED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(name: str, *options: str, trials: int = 8, epochs: int = 4) -> None:
    asked = ["--trainable", "curved.py:Rising", "--searchers", "random", "--schedulers", "fifo", "asha"]
    budget = ["--trials", str(trials), "--epochs", str(epochs), "--engine", "virtual", "--no-figures"]
    stop_server()  # of the run before, as when each is a command of its own
    assert run_command([*asked, *budget, "--name", name, *options]) == 0


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    measured = Measured(
        "a", "v", "loss", "min", "x", (1.0, 2.0), (0.5, 0.25), ((0.5, 0.25), (1.0, float("nan")))
    )
    path = tmp_path / "a.constants.toml"
    measured.write(path)
    again = Measured.read(path)
    assert repr(again) == repr(measured)
    path.write_text(path.read_text().replace("0.25", "0.2"))
    with pytest.raises(NotMeasured, match="changed or damaged; delete it, and measure again"):
        Measured.read(path)


def test_the_reference_is_of_the_epochs_asked_for() -> None:
    values = tuple((1.0 / n, 0.5 / n) for n in range(1, 11))
    measured = Measured("a", "v", "loss", "min", "x", (1.0, 2.0), (0.1, 0.01), values)
    one, both = measured(1), measured()
    assert (one.constants.optimum, both.constants.optimum) == (0.1, 0.01)  # the second is known, not sampled
    assert one.constants.baseline == pytest.approx(expected_best(1 / np.arange(1, 11), False))
    assert one.size == 10 and both.values[0] == 0.05
    assert (one.seconds, both.seconds) == (1.0, 2.0)


def test_a_run_gets_its_scores_from_what_another_has_measured(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("before", "--repetitions", "3")
    assert "rising has no constants, so that there is no score" in capsys.readouterr().out
    before = load(folder / "runs" / "before")
    with pytest.raises(ResultsError, match="tunegrid constants measures what they"):
        score_frame(before)

    assert measure(["curved.py:Rising", "--from", "runs/before"]) == 0
    assert "24 random configurations of 4 epochs" in capsys.readouterr().out
    measured = Measured.read(folder / "rising.constants.toml")
    fifo = before.experiments.query("scheduler == 'fifo'")["key"]
    drawn = [json.loads(c)["x"] for c in before.trials[before.trials["key"].isin(fifo)]["config"]]
    assert sorted(row[-1] for row in measured.values) == pytest.approx(
        sorted(x * (1 - 0.5**4) for x in drawn)
    )

    run("after")
    assert f"constants of rising: {folder}/rising.constants.toml" in capsys.readouterr().out
    after = load(folder / "runs" / "after")
    [(optimum, baseline)] = set(zip(after.experiments["optimum"], after.experiments["baseline"], strict=True))
    ends = np.array(drawn) * (1 - 0.5**4)
    assert optimum == pytest.approx(ends.max())
    assert baseline == pytest.approx(expected_best(ends, True))
    assert set(after.experiments["random_size"]) == {24}
    assert np.isfinite(score_frame(after)["score"]).all()
    assert (folder / "runs" / "after" / "code" / "rising.constants.toml").is_file()


def test_they_are_used_for_the_version_and_the_epochs_that_were_measured(folder: Path) -> None:
    [name] = TRAINABLES.select(["curved.py:Rising"])
    version = version_of("trainable", name).name
    values = tuple((0.5 / n, 1.0 / n) for n in range(1, 9))
    measured = Measured(name, version, "score", "max", "x", (), (0.5, 1.0), values)

    def said(known: Measured, epochs: int) -> str:
        known.write(folder / "rising.constants.toml")
        [line] = use(
            [Experiment(name, "random", "fifo", epochs=epochs)], folder / "runs" / "a", resumed=False
        )
        return line

    assert "of another version of rising; measure again" in said(replace(measured, version="other"), 2)
    assert "knows 2 epochs, and 3 are trained; measure again: tunegrid constants, with --epochs 3" in (
        said(measured, 3)
    )
    assert "as good as equal" in said(replace(measured, values=((1.0, 1.0),) * 8, best=(1.0, 1.0)), 2)
    assert TRAINABLES[name].constants is None
    assert said(measured, 2) == f"constants of rising: {folder}/rising.constants.toml"
    assert TRAINABLES[name].constants is not None
    assert version_of("trainable", name).name == version  # they are no part of it


def test_constants_that_ship_with_a_task_count_and_are_measured_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ShippedConstants.beside(str(folder / "curved.py"), "rising") is None
    path = folder / "rising.constants.toml"
    values = tuple((0.5 / n, 1.0 / n) for n in range(1, 9))
    Measured("rising", "old", "score", "max", "x", (), (0.75, 1.5), values).write(path)
    declared = 'chance=False, constants=ShippedConstants.beside(__file__, "rising"))'
    imported = "from benchmarks.suite.shipped_constants import ShippedConstants\n"
    write(
        folder,
        "curved.py",
        CURVED.replace("chance=False)", declared).replace("from", imported + "    from", 1),
    )

    run("before", "--repetitions", "2")
    before = load(folder / "runs" / "before").experiments
    assert set(before["optimum"]) == {1.5}  # of four epochs that of two, the most that is known
    assert measure(["curved.py:Rising", "--from", "runs/before"]) == 0
    again = Measured.read(path)
    assert again.version == version_of("trainable", "rising").name
    assert (len(again.values), again.epochs) == (16, 4)
    assert measure(["curved.py:Rising", "--from", "runs/before", "--best", "99"]) == 0
    assert Measured.read(path).best == (*again.best[:3], 99.0)  # what fewer epochs reach, nobody said


def test_each_mistake_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("few", trials=4)
    for arguments, why in (
        (
            ["curved.py:Rising", "--from", "runs/few"],
            "there are 4 random configurations of rising; at least 8",
        ),
        (["curved.py:Rising", "--from", "runs/nothing"], "nothing"),
        (["curved.py:Risin"], "did you mean 'Rising'?"),
        ([], "nothing is named; give a trainable such as train.py:train_fn, or --command"),
        (["branin"], "branin declares its own constants, which count"),
    ):
        capsys.readouterr()
        assert measure(arguments) == 2
        said = capsys.readouterr().err
        assert why in said and len(said.splitlines()) == 1
