"""Runs in a home that cannot be written, where Ray would save a token."""

from __future__ import annotations

import os
import subprocess

import pytest
from helpers.commandline import REPOSITORY, CommandLine

pytestmark = pytest.mark.slow

ASKED = (
    "--trainables",
    "free",
    "--searchers",
    "random",
    "--schedulers",
    "fifo",
    "--trials",
    "2",
    "--epochs",
    "2",
)


def test_a_run_needs_nothing_of_the_home(command_line: CommandLine) -> None:
    arguments = command_line.arguments(*ASKED, "--no-figures", name="homeless")
    environment = command_line.environment | {"HOME": os.devnull}
    done = subprocess.run(
        arguments, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 experiments answered (1 ok)" in done.stdout
