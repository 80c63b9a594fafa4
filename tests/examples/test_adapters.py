"""The examples for other frameworks, on the frameworks: each trains, repeats itself, and resumes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers import own_files
from helpers.commandline import REPOSITORY, CommandLine

from benchmarks.execution.first_trial import Request, tried
from benchmarks.suite.registry import TRAINABLES

EXAMPLES = REPOSITORY / "examples"
#: Example -> the packages that it needs beside those of the suite.
NEEDS = {
    "sklearn_partial_fit": (),
    "sklearn_warm_start": (),
    "lightgbm_callback": ("lightgbm",),
    "xgboost_callback": ("xgboost",),
    "lightning_callback": ("lightning",),
    "huggingface_callback": ("transformers", "accelerate"),
    "keras_callback": ("keras",),
}


def test_every_example_is_tested() -> None:
    named = {path.stem for path in EXAMPLES.glob("*.py")}
    assert {name for name in named if name.endswith(("_callback", "_fit", "_start"))} == set(NEEDS)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    own_files.forget_after(monkeypatch)


def registered(example: str) -> str:
    for package in NEEDS[example]:
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed; tox run -e adapters installs it")
    [name] = TRAINABLES.select([str(EXAMPLES / f"{example}.py")])
    return name


@pytest.mark.parametrize("example", NEEDS)
def test_it_trains_and_goes_on_after_a_rest_as_if_there_had_been_none(example: str, tmp_path: Path) -> None:
    name = registered(example)
    trial = tried(Request(name, "subset", 0, None, "cpu", 0))
    assert (trial.failed, trial.why) == ("", "")
    assert trial.saves
    assert len(trial.first) == 2
    assert TRAINABLES[name].metric in trial.first[0]
    assert trial.again == trial.first[:1]
    assert trial.resumed == trial.first[1:]


@pytest.mark.slow
@pytest.mark.parametrize("example", NEEDS)
def test_it_runs_with_schedulers_that_stop_and_pause(example: str, command_line: CommandLine) -> None:
    registered(example)
    run = command_line.run(
        *("--trainable", str(EXAMPLES / f"{example}.py"), "--searchers", "random"),
        *("--schedulers", "asha", "hyperband", "--trials", "3", "--epochs", "3", "--workers", "2"),
        *("--num-cpus", "2", "--no-check", "--no-figures"),
        name=example,
    )
    assert run.code == 0, run.err + run.out
    assert set(run.experiments["status"]) == {"ok"}
    assert set(run.experiments["scheduler"]) == {"asha", "hyperband"}
