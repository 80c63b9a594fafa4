"""A user's trainable draws the same in every process and after every rest; what it declares it must keep."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ray import tune

from benchmarks.core.reasons import headline, last_error
from benchmarks.suite.registry import TRAINABLES, TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.training.functions import train_function
from benchmarks.training.standalone import standalone
from benchmarks.training.trained import CheckpointError

CONFIG = {"x": 0.5, "lr": 0.1}


def draw() -> float:
    return random.random() + float(np.random.random()) + float(torch.rand(1))  # noqa: NPY002


class Careless(tune.Trainable):
    """Draws from the global generators, knows no session, and changes the configuration that it is given."""

    def setup(self, config: dict[str, Any]) -> None:
        self.learned = draw()
        config.clear()

    def step(self) -> dict[str, float]:
        self.learned += draw()
        self.config["seen"] = self.config.get("seen", 0) + 1
        return {"score": self.learned}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps(self.learned))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        self.learned = json.loads(Path(checkpoint, "state.json").read_text())

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.learned = draw()
        return True


SPEC = TrainableSpec("careless", "", target=Careless, metric="score")


@pytest.fixture(autouse=True)
def any_state() -> Iterator[None]:
    """Begin in any random state, and give the process its own back."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    random.seed()
    np.random.seed()  # noqa: NPY002
    torch.seed()
    yield
    random.setstate(states[0])
    np.random.set_state(states[1])  # noqa: NPY002
    torch.set_rng_state(states[2])


def session(name: str = "careless", repetition: int = 0) -> Session:
    return Session(name, repetition, "cpu", {}, "nothing")


def scores(trial: Any, count: int = 3) -> list[float]:
    found = []
    for _ in range(count):
        draw()  # somebody else, between two epochs
        found.append(trial.step()["score"])
    return found


def class_curve(
    spec: TrainableSpec = SPEC, config: dict[str, Any] = CONFIG, repetition: int = 0
) -> list[float]:
    return scores(standalone(spec, config, session(repetition=repetition)))


def test_class_has_one_curve_whatever_its_process_has_drawn() -> None:
    assert class_curve() == class_curve()


def test_curve_belongs_to_trainable_repetition_and_configuration() -> None:
    curves = [
        class_curve(),
        class_curve(repetition=1),
        class_curve(config={"x": 0.5, "lr": 0.2}),
        class_curve(replace(SPEC, name="another")),
    ]
    assert len({tuple(curve) for curve in curves}) == len(curves)
    assert class_curve(replace(SPEC, name="mirror", seeds_of="careless")) == curves[0]


def test_class_that_says_so_is_left_alone() -> None:
    free = replace(SPEC, seeded=False)
    assert class_curve(free) != class_curve(free)


def test_class_that_rested_or_was_reset_draws_as_if_it_had_not(tmp_path: Path) -> None:
    whole = class_curve()
    saved, loaded = standalone(SPEC, CONFIG, session()), standalone(SPEC, {"x": 0.1}, session())
    first = scores(saved, 1)
    saved.save_checkpoint(str(tmp_path))
    loaded.step()
    loaded.config, loaded._iteration = dict(CONFIG), 0  # Tune's part of a reset
    assert loaded.reset_config(dict(CONFIG))
    loaded.load_checkpoint(str(tmp_path))
    loaded._iteration = 1  # and of a restore
    assert first + scores(loaded, 2) == whole


def function_curve(
    name: str, folder: Path, rests_after: int | None = None, repetition: int = 0
) -> list[float]:
    spec = TRAINABLES[name]
    results = train_function(spec, CONFIG, session(name, repetition), folder, 4, rests_after)
    return [result["score"] for result in results]


def test_function_has_one_curve_and_goes_on_where_it_rested(tmp_path: Path) -> None:
    whole = function_curve("function-saves", tmp_path / "whole")
    assert function_curve("function-saves", tmp_path / "again") == whole
    assert function_curve("function-saves", tmp_path / "other", repetition=1) != whole
    for epoch in (1, 2, 3):
        assert function_curve("function-saves", tmp_path / str(epoch), rests_after=epoch) == whole


def test_function_that_reports_no_checkpoint_cannot_rest(tmp_path: Path) -> None:
    assert len(function_curve("function-keeps-nothing", tmp_path)) == 4
    with pytest.raises(
        CheckpointError, match=r"epoch 2 was reported without a checkpoint.*checkpoint=\.\.\."
    ):
        function_curve("function-keeps-nothing", tmp_path, rests_after=2)


def test_function_that_begins_anew_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"after epoch 2.*without reading tune\.get_checkpoint\(\)"):
        function_curve("function-loads-nothing", tmp_path, rests_after=2)


def reads_the_path(config: dict[str, Any]) -> None:
    """Reads ``checkpoint.path``, and what ``to_directory`` copies, in place of the context."""
    learned, first = draw(), 0
    if checkpoint := tune.get_checkpoint():
        state = Path(checkpoint.path if config["x"] else checkpoint.to_directory(), "state.json")
        first, learned = json.loads(state.read_text())
    for epoch in range(first + 1, 9):
        learned += draw()
        folder = Path(config["folder"], str(epoch))
        folder.mkdir(exist_ok=True)
        (folder / "state.json").write_text(json.dumps([epoch, learned]))
        tune.report({"score": learned}, checkpoint=tune.Checkpoint.from_directory(folder))


@pytest.mark.parametrize("x", [0, 1])
def test_however_a_function_reads_its_checkpoint_it_goes_on_alike(x: int, tmp_path: Path) -> None:
    spec = TrainableSpec("reads", "", target=reads_the_path, metric="score", checkpoints=True)
    config = {"x": x, "folder": str(tmp_path)}
    whole = train_function(spec, config, session("reads"), tmp_path / "a", 4)
    assert train_function(spec, config, session("reads"), tmp_path / "b", 4, 2) == whole


ENDS = [
    (KeyboardInterrupt(), "KeyboardInterrupt"),
    (SystemExit(3), "SystemExit: 3"),
    (SystemExit(0), "SystemExit: 0"),
    (GeneratorExit("out"), "GeneratorExit: out"),
]


@pytest.mark.parametrize(("raised", "said"), ENDS, ids=[said for _, said in ENDS])
def test_what_would_end_a_process_is_an_error_of_the_trial(
    raised: BaseException, said: str, tmp_path: Path
) -> None:
    def function(config: dict[str, Any]) -> None:
        tune.report({"score": 1.0})
        raise raised

    spec = TrainableSpec("ends", "", target=function, metric="score")
    with pytest.raises(Exception) as caught:
        train_function(spec, CONFIG, session("ends"), tmp_path, 3)
    root: BaseException = caught.value
    while root.__cause__ is not None:
        root = root.__cause__
    assert isinstance(root, RuntimeError) and headline(root) == said
    assert last_error("".join(traceback.format_exception(root))) == said


@pytest.mark.parametrize("method", ["setup", "step", "save_checkpoint", "load_checkpoint", "reset_config"])
def test_whatever_a_class_does_cannot_end_its_process(method: str) -> None:
    def exits(self: Any, *args: Any) -> None:
        raise SystemExit(3)

    made = type("Exits", (Careless,), {method: exits})
    spec = TrainableSpec("exits", "", target=made, metric="score")
    with pytest.raises(RuntimeError, match="3") as caught:
        trial = standalone(spec, CONFIG, session("exits"))
        getattr(trial, method)(*[] if method == "step" else [{}])
    assert headline(caught.value) == "SystemExit: 3"
