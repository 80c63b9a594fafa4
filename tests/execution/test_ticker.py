"""The ticker: how far a command is, on the error stream alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from helpers.terminal import in_terminal

SCRIPT = """
import time
from benchmarks.execution.ticker import Ticker
from helpers.shown_run import experiments, outcome

todo = experiments()
ticker = Ticker()
ticker.expect(len(todo))
for number, experiment in enumerate(todo):
    ticker.started(experiment)
    ticker.status([experiment.combination])
    time.sleep(0.1)
    ticker.finished(outcome(number, experiment), ran=True)
ticker.note("a note")
ticker.clear()
print("the table")
"""


def environment() -> dict[str, str]:
    tests = Path(__file__).parents[1]
    path = os.pathsep.join([str(tests), str(tests.parent), os.environ.get("PYTHONPATH", "")])
    left = {name: value for name, value in os.environ.items() if name not in ("CI", "COLUMNS", "NO_COLOR")}
    return left | {"PYTHONPATH": path, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}


def test_a_terminal_has_the_status_while_it_works_and_the_table_in_the_end(tmp_path: Path) -> None:
    shown = in_terminal([sys.executable, "-c", SCRIPT], 80, environment(), tmp_path)
    assert shown.text.split("\n")[:2] == ["a note", "the table"] and not shown.text.split("\n")[2]
    assert any("6/12  50 %  2 failed" in row for rows in shown.moments for row in rows)
    assert shown.screen.broken == []


def test_a_pipe_has_the_table_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT]
    ran = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("the table\n", "a note\n")
