"""Commands as trainables, without a cluster: what is registered, how they train, and how they fail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import own_files
from helpers.own_files import write

from benchmarks.execution.versions import version_of
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import run_parser
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.functions import train_function

FIT = """
    import argparse
    import json
    import sys

    import helper

    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, default=5)
    parser.add_argument("--to", default="stdout")
    asked = parser.parse_args()
    if asked.lr > 0.5:
        raise ValueError("lr is too large")
    if asked.lr > 0.4:
        sys.exit("no more\\nthan this")
    print("begins")
    for epoch in range(asked.only):
        print(json.dumps({"loss": asked.lr / (1 + epoch), "seed": asked.seed}), file=getattr(sys, asked.to))
"""
SPACE = """
    from ray import tune

    SPACE = {"lr": tune.uniform(0.0, 1.0)}
"""
COMMAND = f"{sys.executable} fit.py --lr {{lr}}"
ASKED = ("--space", "space.py:SPACE", "--metric", "loss", "--mode", "min")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_files.forget_after(monkeypatch)
    for name, text in {"fit.py": FIT, "space.py": SPACE, "helper.py": "A = 1"}.items():
        write(tmp_path, name, text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grid(*options: str) -> Grid:
    return asked_grid(run_parser().parse_args(["--num-cpus", "2", *options]))


def registered(*options: str) -> str:
    [name] = TRAINABLES.select(list(grid(*options).trainables))
    return name


def trained(
    folder: Path, lr: float, epochs: int, *options: str, command: str = COMMAND
) -> list[dict[str, Any]]:
    name = registered("--command", command, *ASKED, *options)
    session = Session(name, 0, "cpu", {}, "none")
    return train_function(TRAINABLES[name], {"lr": lr}, session, folder / "trial", epochs)


def test_a_command_is_named_by_its_script_and_trains_an_epoch_a_report(folder: Path) -> None:
    command = f"{COMMAND} --seed {{seed}}"
    assert registered("--command", command, *ASKED) == "fit"
    reports = trained(folder, 0.2, 3, command=command)
    assert [report["loss"] for report in reports] == [0.2, 0.1, pytest.approx(0.2 / 3)]
    assert reports == trained(folder, 0.2, 3, command=command)
    assert reports[0]["seed"] > 0


def test_a_regular_expression_reads_what_others_print(folder: Path) -> None:
    regex = r'"loss": (?P<loss>[^,|]+)'  # with what brackets give a meaning
    assert trained(folder, 0.2, 2, "--metric-regex", regex) == [{"loss": 0.2}, {"loss": 0.1}]


@pytest.mark.parametrize(
    ("lr", "more", "why"),
    [
        (0.6, "", "the program ended with exit code 1: ValueError: lr is too large"),
        (0.45, "", "the program ended with exit code 1: no more / than this"),
        (0.1, " --only 0", "without a report: expected a line such as .* its last line was 'begins'"),
        (0.1, " --to stderr", "on its standard error, which is not read: write to standard output"),
    ],
)
def test_how_it_failed_is_the_reason(folder: Path, lr: float, more: str, why: str) -> None:
    with pytest.raises(Exception, match=why):
        trained(folder, lr, 1, command=COMMAND + more)


def test_a_spec_file_gives_the_same_in_its_own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_options = grid("--command", COMMAND, *ASKED).trainables
    spec = write(
        folder,
        "grid.toml",
        f"""
        command = "{COMMAND}"
        space = "space.py:SPACE"
        metric = "loss"
        mode = "min"
        """,
    )
    monkeypatch.chdir("/")
    assert grid("--spec", str(spec)).trainables == by_options
    beside = grid("--spec", str(spec), "--trainables", "branin").trainables
    assert beside == ("branin", *by_options)


def test_the_version_is_of_the_command_and_of_the_files_that_it_runs(folder: Path) -> None:
    aspects = version_of("trainable", registered("--command", COMMAND, *ASKED)).aspects
    assert aspects["command"] == COMMAND
    assert {"source of fit.py", "source of helper.py", "space: lr"} <= set(aspects)
    write(folder, "helper.py", "A = 2")
    other = TRAINABLES["fit"].target.aspects()
    differing = {name for name, text in other.items() if aspects[name] != text}
    assert differing == {"source of helper.py"}


@pytest.mark.parametrize(
    ("command", "options", "why"),
    [
        ("nonesuch {lr}", ASKED, "the program nonesuch is not there; give a path to it, or install it"),
        (f"{sys.executable} fits.py {{lr}}", ASKED, "fits.py, which the command names"),
        (f"{COMMAND} {{epochs}}", ASKED, "the command has {epochs}, which is not in the space"),
        (f"{sys.executable} fit.py", ASKED, "leaves out lr of the space; add {lr}"),
        (COMMAND, ASKED[:4], "the command has no mode; add --mode min"),
        (COMMAND, ASKED[2:], "the command has no space; add --space space.py:SPACE"),
        (COMMAND, ("--space", "SPACE", *ASKED[2:]), "space is 'SPACE'; give its file too"),
        (COMMAND, (*ASKED, "--metric-regex", "los"), "has 0 groups"),
        ("", ("--metric-regex", "(x)"), "--metric-regex is for a command, and none is given"),
    ],
)
def test_each_mistake_is_one_line_before_anything_runs(
    command: str, options: tuple[str, ...], why: str
) -> None:
    with pytest.raises(Misuse) as refused:
        registered(*(["--command", command] if command else []), *options)
    assert why in str(refused.value) and len(str(refused.value).splitlines()) == 1
