"""The display of a run in real pseudo-terminals, narrow and wide."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.shown_run import NAMES, RESUME, experiments
from helpers.terminal import Shown, in_terminal

from benchmarks.execution.display.bar import ASCII, signs_of, status_lines
from benchmarks.execution.display.base import Standing
from benchmarks.execution.display.terminal import wrapped

SCRIPT = Path(__file__).parents[1] / "helpers" / "shown_run.py"
COMMAND = [sys.executable, str(SCRIPT)]
PLANTED = "ValueError: planted fault of a rather long kind, so that it takes rows of its own"


def environment(**changes: str) -> dict[str, str]:
    left = {"COLUMNS", "LINES", "CI", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"}
    given = {name: value for name, value in os.environ.items() if name not in left}
    return given | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | changes


def shown(columns: int, *options: str, folder: Path, **changes: str) -> Shown:
    return in_terminal([*COMMAND, *options], columns, environment(**changes), folder)


@pytest.fixture(scope="module", params=[20, 80, 200])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return shown(request.param, folder=tmp_path_factory.mktemp("seen"))


def test_no_row_is_wider_than_the_terminal_and_no_status_stays(seen: Shown) -> None:
    assert (seen.code, seen.screen.broken) == (0, [])
    assert not re.search("━|running|left$", seen.text)
    assert "Traceback" not in seen.raw
    # While it ran there was one status at a time.
    bars = [[row for row in rows if "━" in row or "─" in row] for rows in seen.moments]
    assert max(map(len, bars)) == 1
    assert any(any("running" in row for row in rows) for rows in seen.moments)


def test_no_word_is_broken(seen: Shown) -> None:
    said = seen.text.split()
    words = {word for names in NAMES for word in names} | set(PLANTED.split())
    whole = {word for word in words if len(word) < seen.screen.width - 5}
    assert whole <= set(said)


def test_a_reason_has_rows_of_its_own_below_its_experiment(seen: Shown) -> None:
    rows = [row for row in seen.text.splitlines() if row]
    [first, *_] = [place for place, row in enumerate(rows) if row.startswith("✗")]
    reason = next(place for place in range(first, len(rows)) if "ValueError:" in rows[place])
    below = []
    for row in rows[reason:]:
        if not row.startswith(" "):
            break
        below.append(row.strip())
    assert " ".join(below) == PLANTED
    assert reason > first and rows[reason].startswith("   ")


def test_failures_have_a_sign_and_a_colour_of_their_own(seen: Shown) -> None:
    signs = [row[0] for row in seen.text.splitlines() if row[:1] in "✓✗" and row]
    assert signs == ["✓", "✓", "✗"] * 4
    red, green = r"\x1b\[1;31m✗", r"\x1b\[32m✓"
    assert len(re.findall(red, seen.raw)) == 4 and len(re.findall(green, seen.raw)) == 8


def test_what_libraries_print_stands_above_the_status(seen: Shown) -> None:
    said = seen.text.replace("\n", " ")
    assert said.count("printed by a library") == len(experiments())
    assert said.count("printed by a child") == 1


@pytest.mark.parametrize("columns", [80])
def test_without_colours_signs_and_words_say_it_all(columns: int, tmp_path: Path) -> None:
    one = shown(columns, folder=tmp_path, NO_COLOR="1")
    assert not one.screen.colours and one.screen.broken == []
    assert one.text.count("✗ [") == 4 and len(re.findall(r"#\d  (failed|timeout)$", one.text, re.M)) == 4


@pytest.mark.parametrize("changes", [{"CI": "true"}, {"TERM": "dumb"}])
def test_ci_and_simple_terminals_get_plain_lines(changes: dict[str, str], tmp_path: Path) -> None:
    one = shown(80, folder=tmp_path, **changes)
    assert "\x1b" not in one.raw and len(re.findall(r"^\[", one.text, re.M)) == len(experiments())


def test_an_encoding_without_the_signs_has_others(tmp_path: Path) -> None:
    one = shown(80, folder=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert one.raw.isascii() and one.text.count("! [") == 4 and one.screen.broken == []
    assert any("####" in row for rows in one.moments for row in rows)


def ctrl_c(raw: str) -> bytes:
    return b"\x03" if "running" in raw else b""


@pytest.mark.parametrize("columns", [20, 80])
def test_ctrl_c_leaves_a_command_that_can_be_copied(columns: int, tmp_path: Path) -> None:
    one = in_terminal([*COMMAND, "--name", "slow"], columns, environment(), tmp_path, ctrl_c)
    assert one.code == 130 and "Traceback" not in one.raw
    rows = [row.rstrip() for row in one.screen.rows]
    assert not any("━" in row or "running" in row for row in rows)
    begin = next(place for place, row in enumerate(rows) if row.startswith("resume with:"))
    command = " ".join(rows[begin:]).removeprefix("resume with:").replace("\\ ", "")
    assert shlex.split(command) == shlex.split(RESUME)
    assert all(row.endswith("\\") for row in rows[begin + 1 : -3])


def in_pipe(*options: str, shell: str = "", folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    line = f'"$@" {shell}'
    words = ["bash", "-o", "pipefail", "-c", line, "bash", *COMMAND, *options]
    return subprocess.run(
        words,
        env=environment(**changes),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("changes", [{}, {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"}])
def test_a_pipe_gets_a_plain_line_for_each(changes: dict[str, str], tmp_path: Path) -> None:
    ran = in_pipe(folder=tmp_path, **changes)
    lines = ran.stdout.splitlines()
    assert (ran.returncode, ran.stderr) == (0, "") and "\x1b" not in ran.stdout and "\r" not in ran.stdout
    assert len([line for line in lines if line.startswith("[")]) == len(experiments())


@pytest.mark.parametrize("shell", ["| head -3", ">&-", "2>&-"])
@pytest.mark.parametrize("options", [[], ["--json-lines"]])
def test_a_reader_that_leaves_ends_nothing(shell: str, options: list[str], tmp_path: Path) -> None:
    ran = in_pipe(*options, shell=shell, folder=tmp_path)
    assert ran.returncode == 0 and "Traceback" not in ran.stderr and "Exception" not in ran.stderr


def test_quiet_shows_failures_and_the_last_lines(tmp_path: Path) -> None:
    lines = [
        line for line in in_pipe("--quiet", folder=tmp_path).stdout.splitlines() if "printed" not in line
    ]
    *failures, counted, ruled, results = lines
    assert len(failures) == 4 and all(re.search(" (failed|timeout) +ValueError", line) for line in failures)
    assert counted.startswith("13 of 13 experiments answered (8 ok, 2 timeout, 2 failed, 1 incompatible)")
    assert (ruled, results) == (
        "  1 incompatible: a rule",
        "results: runs/mine, 3 figures in runs/mine/figures",
    )


def test_verbose_shows_what_a_rule_answers_too(tmp_path: Path) -> None:
    assert "branin optuna-tpe x pbt" not in in_pipe(folder=tmp_path).stdout
    assert re.search(
        r"\[ 1/13\] branin optuna-tpe x pbt cpu #0 +incompatible a rule\n",
        in_pipe("--verbose", folder=tmp_path).stdout,
    )


@pytest.mark.parametrize("width", [1, 5, 10, 20, 40, 60, 80, 200])
@pytest.mark.parametrize("left", [None, 3.0, 3000.0, 1e6])
@pytest.mark.parametrize("running", [0, 1, 40])
def test_status_lines_fit_any_width(width: int, left: float | None, running: int) -> None:
    combinations = [f"nevergrad-oneplusone x scheduler-{number}" for number in range(running)]
    standing = Standing(517, 1080, {"ok": 500, "failed": 17}, combinations, left)
    lines = ["".join(text for text, _ in line) for line in status_lines(standing, width)]
    assert max(map(len, lines)) <= width and all(lines)
    if width >= 60:
        assert "517/1080  47 %  17 failed  " in lines[0]
    if width >= 80 and running == 40:
        assert lines[1].startswith("running: nevergrad-oneplusone x scheduler-0") and "more" in lines[1]


def test_signs_are_those_of_the_encoding() -> None:
    assert signs_of("latin-1") == signs_of(None) == signs_of("no-such") == ASCII != signs_of("utf-8")


@pytest.mark.parametrize("width", [1, 7, 20, 80])
def test_wrapped_text_keeps_its_words(width: int) -> None:
    text = "optuna-tpe-multivariate x asha and a/very/long/path/without/any/blank in it"
    lines: list[str] = wrapped(text, width, "  ")
    assert max(map(len, lines)) <= max(width, 1)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_dry_run_fits_the_terminal(tmp_path: Path) -> None:
    grid = ["--engine", "virtual", "--trainables", "branin", "--searchers", "random", "repeater"]
    grid += ["--schedulers", "fifo", "asha", "pbt", "--repetitions", "4", "--trials", "2", "--epochs", "2"]
    command = [sys.executable, "-m", "tunegrid", "run", *grid, "--dry-run"]
    root = Path(__file__).parents[2]
    one = in_terminal(command, 60, environment(PYTHONPATH=str(root)), tmp_path)
    assert (one.code, one.screen.broken) == (0, [])
    assert "equally long (Ray's docstring" in " ".join(one.text.split())
