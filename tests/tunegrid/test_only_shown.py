"""Commands that only show something: the list of all parts, a dry run, the help."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.calling import DIGITS, Call

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.plain import PlainDisplay
from benchmarks.execution.progress import Progress
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES


def shown(registry: Any) -> list[str]:
    return [name for name, spec in registry.items() if not spec.hidden]


def test_list_is_for_people(call: Call, carried_out: list[Any]) -> None:
    code, out, err = call("--list")
    assert (code, err, carried_out) == (0, "", [])
    assert max(map(len, out.splitlines())) <= 120
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        for name, spec in registry.items():
            listed = re.search(rf"^  {re.escape(name)} ", out, re.MULTILINE)
            assert bool(listed) != spec.hidden, name
    matrix = out.partition("COMBINATIONS")[2]
    row = next(line for line in matrix.splitlines() if line.split()[:1] == ["random"])
    assert row.split()[1:3] == ["ok", "ok"]
    assert len(row.split()) == 1 + len(shown(SCHEDULERS))
    # The name of a column begins where its marks begin.
    stairs = [line for line in matrix.splitlines()[1:] if line.startswith("   ") and line.strip("| ")]
    for column, (line, name) in enumerate(zip(stairs, shown(SCHEDULERS), strict=False)):
        assert line.replace("|", " ").split() == [name]
        assert row[line.index(name) :].split()[0] == row.split()[1 + column]
    # Every number in the matrix is explained under it.
    marks = set(re.findall(r"\[\d+\]", matrix))
    assert marks == set(re.findall(r"^  (\[\d+\]) (?:incompatible|unavailable): .+", matrix, re.MULTILINE))
    assert len(marks) >= 2


def test_large_list_fits_a_terminal_and_says_what_is_special(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        name = f"searcher-with-a-name-{number}"
        odd: dict[str, Any] = {"budget": 2, "seedable": False, "requires": ("no-such-package",)}
        odd = odd if number == 3 else {}
        spec = replace(SEARCHERS["random"], name=name, summary="a long summary " * 9, **odd)
        monkeypatch.setitem(SEARCHERS._specs, name, spec)
    for number in range(len(shown(SCHEDULERS)), 15):
        name = f"scheduler-{number}"
        monkeypatch.setitem(SCHEDULERS._specs, name, replace(SCHEDULERS["fifo"], name=name))
    out = call("--list")[1]
    assert max(map(len, out.splitlines())) <= 120
    special = out.partition("  searcher-with-a-name-3 ")[2].partition("  searcher-with-a-name-4 ")[0]
    words = " ".join(special.split())
    assert "budget: 2 times the trials" in words
    assert "not seedable" in words
    assert "needs no-such-package (NOT INSTALLED: pip install no-such-package)" in words
    assert "budget:" not in out.partition("  searcher-with-a-name-4 ")[2].partition("SCHEDULERS")[0]
    data = {spec["name"]: spec for spec in json.loads(call("--list", "--json")[1])["searchers"]}
    assert (data["searcher-with-a-name-3"]["budget"], data["searcher-with-a-name-3"]["seedable"]) == (
        2,
        False,
    )
    assert (data["random"]["budget"], data["random"]["seedable"]) == (1, True)


def test_line_of_a_searcher_with_another_budget_says_so() -> None:
    stream = io.StringIO()
    for asked in (16, 8, None):
        row = Experiment("digits-mlp", "random-2x", "asha").row | {"trials_asked": asked}
        row |= {"status": "ok", "metric": "m", "best": 0.5, "wall_s": 1.0, "trials_failed": 0}
        Progress(3, {}, 3, PlainDisplay(stream)).finished(Outcome(row), ran=True)
    two, *plain = stream.getvalue().splitlines()
    assert " random-2x (2x budget) x asha " in two
    assert all(" random-2x x asha " in line for line in plain)


def test_list_as_json_answers_every_combination(call: Call) -> None:
    code, out, err = call("--list", "--json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    cells = {(cell["searcher"], cell["scheduler"]): cell for cell in data["combinations"]}
    assert set(cells) == {(s, c) for s in shown(SEARCHERS) for c in shown(SCHEDULERS)}
    assert len(data["combinations"]) == len(cells)
    for cell in cells.values():
        assert cell["status"] in {"ok", "incompatible", "unavailable"}
        assert bool(cell["reason"]) == (cell["status"] != "ok")
    assert cells["optuna-tpe", "pbt"]["status"] == "incompatible"
    assert {spec["name"] for spec in data["trainables"]} == set(shown(TRAINABLES))
    mnist = next(spec for spec in data["trainables"] if spec["name"] == "mnist-convnet")
    assert (mnist["mode"], mnist["metric"], set(mnist["space"])) == (
        "max",
        "val_accuracy",
        {"lr", "momentum"},
    )
    assert data["broken"] == {}


def test_dry_run_shows_every_experiment_and_an_estimate_and_writes_nothing(
    call: Call, carried_out: list[Any], tmp_path: Path
) -> None:
    argv = ("--grid", "--trainables", "digits-mlp", "--repetitions", "2", "--searchers", "random,optuna-tpe")
    code, out, err = call(*argv, "--dry-run", "--num-cpus", "2", "--name", "mine")
    assert (code, err, carried_out) == (0, "", [])
    grid = replace(
        PRESETS["quick"],
        trainables=("digits-mlp",),
        searchers=("random", "optuna-tpe"),
        repetitions=2,
    )
    *shown, counted, estimate = out.splitlines()
    experiments = list(grid.experiments())
    assert len(shown) == len(experiments)
    for line, e in zip(shown, experiments, strict=True):
        assert line.startswith(f"{e.key}  digits-mlp {e.combination} cpu #{e.repetition}  ")
        assert line.endswith("  to run") or "  incompatible: " in line
    to_run = sum(line.endswith("  to run") for line in shown)
    assert counted == f"{to_run} to run, {len(shown) - to_run} answered by a rule"
    assert re.search(
        r"about \d+\.\d min on 2 CPUs, if nothing else runs on them "
        r"\(timed here: digits-mlp \d+\.\d+ s an epoch\)",
        estimate,
    )
    assert list(tmp_path.iterdir()) == []


def test_dry_run_of_the_engine_live_counts_different_epochs_and_names_the_price(call: Call) -> None:
    parts = ("--searchers", "random", "--schedulers", "fifo", "asha", "--repetitions", "2")
    argv = ("--grid", *DIGITS, *parts, "--engine", "live", "--trials", "4", "--epochs", "3")
    code, out, err = call(*argv, "--dry-run", "--num-cpus", "2")
    assert (code, err) == (0, "")
    counted, epochs, seconds = out.splitlines()[-3:]
    assert counted == "4 to run"
    assert re.fullmatch(r"epochs: about \d+ asked for, 24 of them different; 24 to train \(\d+ %\)", epochs)
    assert re.search(r"min on 2 CPUs \(timed here: digits-mlp .*\); in all about \d+\.\d min$", seconds)


def test_recost_needs_known_curves_and_the_engine_live(call: Call, tmp_path: Path) -> None:
    code, _, err = call("--grid", *DIGITS, "--recost", "4", "--name", "mine")
    assert code == 2 and "--recost needs --engine live" in err
    code, _, err = call("--grid", *DIGITS, "--engine", "live", "--recost", "4", "--name", "mine")
    assert code == 2 and "has no curves of these trainables" in err
    assert not (tmp_path / "runs" / "mine").exists()


def test_dry_run_of_an_existing_name_shows_it_all_the_same(call: Call, tmp_path: Path) -> None:
    (tmp_path / "runs/mine").mkdir(parents=True)
    assert call("--grid", *DIGITS, "--dry-run", "--name", "mine")[0] == 0


def test_help_names_every_option(call: Call) -> None:
    code, out, err = call("--help")
    assert (code, err) == (0, "")
    assert all(option in out for option in ("--grid", "--list", "--spec", "--resume", "--dry-run", "--out"))


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["--grid", "--searchers", "nope"], 2), (["--grid", "--resume"], 2), (["--help"], 0)],
)
def test_command_in_a_process_of_its_own_prints_nothing_else(
    tmp_path: Path, argv: list[str], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.run", *argv],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ.copy(),
        check=False,
    )
    assert done.returncode == code
    assert done.stderr.count("\n") == (1 if code else 0)
    assert bool(done.stdout) == (code == 0)
    assert list(tmp_path.iterdir()) == []
