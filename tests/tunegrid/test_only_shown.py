"""Commands that only show something: the list of all parts, a dry run, the help."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.calling import DIGITS, Call, Misused

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.plain import PlainDisplay
from benchmarks.execution.progress import Progress
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES


def shown(registry: Any) -> list[str]:
    return [name for name, spec in registry.items() if not spec.hidden]


@pytest.fixture(params=[80, 120])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def stairs_of(lines: list[str]) -> list[list[str]]:
    """Return the lines with the schedulers' names, those of each block of the matrix by themselves."""
    blocks: list[list[str]] = []
    for before, line in itertools.pairwise(["", *lines]):
        if line.startswith(" " * 9) and line.strip("| "):
            if not blocks or not before.startswith(" " * 9):
                blocks.append([])
            blocks[-1].append(line)
    return blocks


def test_the_list_begins_with_what_can_be_combined(call: Call, carried_out: list[Any], columns: int) -> None:
    code, out, err = call("--list")
    assert (code, err, carried_out) == (0, "", [])
    assert max(map(len, out.splitlines())) <= columns
    assert out.startswith("COMBINATIONS\n")
    matrix = out.partition("\n\n")[0]
    lines = matrix.splitlines()[1:]
    rows_of_random = [line for line in lines if line.split()[:1] == ["random"]]
    assert rows_of_random[0].split()[1:3] == ["ok", "ok"]
    there = [name for name in shown(SCHEDULERS) if not SCHEDULERS[name].missing()]
    # As many schedulers as fit stand side by side; the name of a column begins where its marks begin.
    names = []
    for stairs, row in zip(stairs_of(lines), rows_of_random, strict=True):
        assert len(row.split()) == 1 + len(stairs)
        for column, line in enumerate(stairs):
            (name,) = line.replace("|", " ").split()
            assert row[line.index(name) :].split()[0] == row.split()[1 + column]
            names.append(name)
    assert names == there
    # Every letter in the matrix is explained under it.
    rows = [line.split() for line in matrix.splitlines() if line.split()[:1] and line.split()[0] in SEARCHERS]
    marks = {mark for words in rows for mark in words[1:]} - {"ok"}
    assert marks == set(re.findall(r"^  (\w+) +(?:incompatible|unavailable): .+", matrix, re.MULTILINE))
    assert len(marks) >= 2


def test_the_list_has_each_part_in_a_line_or_among_what_is_not_installed(call: Call, columns: int) -> None:
    listed, _, missing = call("--list")[1].partition("NOT INSTALLED")
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        for name, spec in registry.items():
            there = not spec.hidden and not spec.missing()
            assert bool(re.search(rf"^  {re.escape(name)} ", listed, re.MULTILINE)) == there, name
            if spec.missing() and not spec.hidden and not re.search(r"\d+$", name):
                assert name in missing.replace(",", " ").split()
    assert ("pip install coco-experiment" in missing) == bool(TRAINABLES["bbob-f01"].missing())
    if TRAINABLES["bbob-f01"].missing():
        assert "trainables: bbob-f01 to bbob-f24 (24)\n" in missing


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["schedulers"], shown(SCHEDULERS)),
        (["searchers", "optuna-tpe*"], ["optuna-tpe", "optuna-tpe-multivariate"]),
        (["searchers", "random,sobol"], ["random", "sobol"]),
        (["trainables", "hart*", "bbob-f0[12]"], ["bbob-f01", "bbob-f02", "hartmann3", "hartmann6"]),
    ],
)
def test_a_kind_can_be_listed_by_itself(call: Call, words: list[str], names: list[str], columns: int) -> None:
    code, out, err = call("--list", *words)
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= columns
    assert re.findall(r"^  (\S+)", out, re.MULTILINE) == names
    assert [one["name"] for one in json.loads(call("--list", *words, "--json")[1])] == names


def test_a_glob_of_a_kind_that_matches_nothing_is_misuse(misused: Misused) -> None:
    assert misused("--list", "searchers", "optuna-tp") == (
        "no searcher is called 'optuna-tp'; did you mean 'optuna-tpe'?"
    )


def test_a_matrix_wider_than_the_terminal_is_drawn_in_blocks(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    out = call("--list")[1]
    matrix = out.partition("\n\n")[0]
    assert max(map(len, out.splitlines())) <= 50
    assert sum(line.split()[:1] == ["random"] for line in matrix.splitlines()) >= 2
    assert all(re.search(rf"[| ] {re.escape(name)}$", matrix, re.MULTILINE) for name in shown(SCHEDULERS))


def test_large_list_fits_a_terminal_and_says_what_is_special(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
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
    assert "pip install no-such-package\n    searchers: searcher-with-a-name-3\n" in out
    out = call("--list", "searchers")[1]
    assert max(map(len, out.splitlines())) <= 120
    special = out.partition("  searcher-with-a-name-3 ")[2].partition("  searcher-with-a-name-4 ")[0]
    words = " ".join(special.split())
    assert "budget: 2 times the trials" in words
    assert "not seedable" in words
    assert "needs no-such-package (NOT INSTALLED: pip install no-such-package)" in words
    assert "budget:" not in out.partition("  searcher-with-a-name-4 ")[2]
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


BRANIN = ("--grid", "--engine", "virtual", "--trainables", "branin", "--repetitions", "3")


@pytest.mark.parametrize(("schedulers", "more"), [(("fifo", "asha", "pbt"), ()), (("*",), ("--verbose",))])
def test_dry_run_shows_every_experiment_and_an_estimate_and_writes_nothing(
    call: Call, carried_out: list[Any], tmp_path: Path, schedulers: tuple[str, ...], more: tuple[str, ...]
) -> None:
    argv = (*BRANIN, "--searchers", "random,optuna-tpe", "--schedulers", *schedulers)
    code, out, err = call(*argv, "--dry-run", "--num-cpus", "2", "--name", "mine", *more)
    assert (code, err, carried_out) == (0, "", [])
    grid = replace(
        PRESETS["quick"],
        engine="virtual",
        trainables=("branin",),
        searchers=("random", "optuna-tpe"),
        schedulers=schedulers,
        repetitions=3,
    )
    *shown, counted, estimate = out.splitlines()
    experiments = list(grid.experiments())
    assert len(shown) == len(experiments)
    for line, e in zip(shown, experiments, strict=True):
        assert line.startswith(f"{e.key}  branin {e.combination} cpu #{e.repetition}  ")
        assert line.endswith("  to run") or "  incompatible: " in line
    to_run = sum(line.endswith("  to run") for line in shown)
    assert counted == f"{to_run} to run, {len(shown) - to_run} answered by a rule"
    assert re.fullmatch(r"about \d+\.\d min on 2 CPUs, if nothing else runs on them", estimate)
    assert list(tmp_path.iterdir()) == []


def test_dry_run_of_many_experiments_is_a_table_whose_times_add_up(call: Call) -> None:
    argv = (*BRANIN, "--searchers", "random,optuna-tpe,repeater", "--schedulers", "fifo", "asha", "pbt")
    code, out, err = call(*argv, "--dry-run", "--num-cpus", "2")
    assert (code, err) == (0, "")
    tables, _, rest = out.partition("\n18 to run")
    rows = {
        name: (int(runs), int(ruled), float(seconds))
        for name, runs, ruled, seconds in re.findall(r"^  (\S+) +(\d+) +(\d+) +(\S+) s$", tables, re.M)
    }
    assert {name: row[:2] for name, row in rows.items()} == {
        **{"branin": (18, 9), "random": (9, 0), "optuna-tpe": (6, 3), "repeater": (3, 6)},
        **{"fifo": (9, 0), "asha": (6, 3), "pbt": (3, 6)},
    }
    for kind in (("random", "optuna-tpe", "repeater"), ("fifo", "asha", "pbt")):
        assert sum(rows[name][2] for name in kind) == pytest.approx(rows["branin"][2], abs=0.16)
    assert rest.startswith(", 9 answered by a rule\n  6 incompatible: repeater averages")
    quiet = call(*argv, "--dry-run", "--num-cpus", "2", "--quiet")[1]
    assert quiet.startswith("18 to run, 9 answered by a rule\nabout ")


def test_an_estimate_times_an_epoch_of_real_training(call: Call) -> None:
    parts = ("--grid", *DIGITS, "--searchers", "random", "--schedulers", "fifo", "--trials", "2")
    out = call(*parts, "--dry-run", "--num-cpus", "2")[1]
    assert re.search(
        r"about \d+\.\d min on 2 CPUs, if nothing else runs on them "
        r"\(timed here: digits-mlp \d+\.\d+ s an epoch\)",
        out,
    )


def test_json_lines_of_a_dry_run_are_refused(misused: Misused) -> None:
    assert misused("--grid", *DIGITS, "--dry-run", "--json-lines").startswith("--json-lines shows the events")


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
