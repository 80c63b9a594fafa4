"""The command line, for runs of the examples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers.commandline import CommandLine


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line; its runs live as long as the test session."""
    line = CommandLine(tmp_path_factory.mktemp("examples"))
    yield line
    line.close()
