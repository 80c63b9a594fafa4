"""Finished experiments on the disk while others run, and one writer of a run folder at a time."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.commandline import CommandLine, wait_until

import results
from benchmarks.execution.unwritten import FLUSH_S
from results.store.store import Store

pytestmark = pytest.mark.slow

NAME = "one-writer"
SMALL = ("--engine", "virtual", "--no-figures", "--searchers", "random", "--schedulers", "fifo")
SMALL += ("--trials", "2", "--epochs", "3", "--jobs", "2", "--timeout", "300", "--stall", "300")


@pytest.fixture
def running(command_line: CommandLine) -> Iterator[subprocess.Popen[str]]:
    """A run of one experiment that ends at once and one that hangs."""
    process = command_line.start(*SMALL, "--trainables", "branin,hanging-curves", name=NAME)
    yield process
    process.kill()
    process.communicate()


def test_what_has_finished_is_stored_while_others_run_and_a_killed_driver_leaves_no_lock(
    command_line: CommandLine, running: subprocess.Popen[str]
) -> None:
    folder = command_line.out / NAME
    assert running.stdout is not None
    lines = iter(running.stdout.readline, "")
    next(line for line in lines if " branin " in line and " ok " in line)  # it has finished this instant
    said = time.monotonic()
    wait_until(lambda: bool(Store(folder).keys()), "the quick experiment is stored", FLUSH_S + 20)
    waited = time.monotonic() - said
    assert running.poll() is None and list(results.load(folder).experiments["trainable"]) == ["branin"]

    again = ("--resume", *SMALL, "--trainables", "branin,hanging-curves")
    refused = command_line.run(*again, name=NAME)
    assert (refused.code, refused.out) == (2, "")
    assert f"is in use by process {running.pid} on " in refused.err and refused.err.count("\n") == 1
    assert results.load(folder).experiments["status"].tolist() == ["ok"]  # readers are never in the way

    running.send_signal(signal.SIGKILL)
    running.wait()
    resumed = command_line.run(*again[:-2], "--timeout", "8", name=NAME)  # at once, its orphans or not
    assert resumed.code == 1, resumed.err  # what was left did not work, which is an answer
    assert sorted(resumed.experiments["status"]) == ["ok", "timeout"]
    assert waited < 20  # as soon as it may be; no measure of a busy machine


def test_of_two_that_start_at_once_one_runs(command_line: CommandLine) -> None:
    words = (*SMALL, "--trainables", "branin")
    both = [command_line.start(*words, name="twice") for _ in range(2)]
    ended = [command_line.finish(process, "twice") for process in both]
    assert sorted(one.code for one in ended) == [0, 2]
    [loser] = [one for one in ended if one.code == 2]
    assert loser.err.count("\n") == 1 and ("in use by" in loser.err or "add --resume" in loser.err)
    assert list(results.load(Path(command_line.out, "twice")).experiments["status"]) == ["ok"]
